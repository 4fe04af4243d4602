using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Since when a container runs.</summary>
public sealed record ContainerStateRunning
{
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? StartedAt { get; init; }
}
