using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Leases;

/// <summary>The terms of a lease.</summary>
public sealed record LeaseSpec
{
    /// <summary>Who holds it; empty when its holder has given it up.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>How long others wait after the last renewal that they have seen.</summary>
    public int? LeaseDurationSeconds { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>Counts the changes of the holder.</summary>
    public int? LeaseTransitions { get; init; }
}
