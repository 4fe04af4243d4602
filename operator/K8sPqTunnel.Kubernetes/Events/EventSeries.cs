using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>How often an event repeated.</summary>
public sealed record EventSeries
{
    /// <summary>All occurrences, the first included; 2 at least.</summary>
    public required int Count { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public required DateTimeOffset LastObservedTime { get; init; }
}
