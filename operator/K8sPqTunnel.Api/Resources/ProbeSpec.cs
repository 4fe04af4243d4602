using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("Asks inside the tunnel (ICMP echo) whether packets pass.")]
public sealed record ProbeSpec
{
    [Field("An address inside spec.traffic.remote that answers ICMP echo.", Required = true, MinLength = 1, MaxLength = 45)]
    public string? Target { get; init; }

    [Field("Time between two probes, between 100ms and 1h.", Default = "\"1s\"", Pattern = Duration.Pattern)]
    public string? Interval { get; init; }
}
