using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A port that a container listens on.</summary>
public sealed record ContainerPort
{
    public string? Name { get; init; }

    [JsonPropertyName("containerPort")]
    public required int ContainerPortNumber { get; init; }

    public int? HostPort { get; init; }

    /// <summary><c>TCP</c> (the default), <c>UDP</c> or <c>SCTP</c>.</summary>
    public string? Protocol { get; init; }
}
