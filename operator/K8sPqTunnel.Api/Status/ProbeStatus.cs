using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("What the probe inside the tunnel sees.")]
public sealed record ProbeStatus
{
    [Field("The address that is asked.")]
    public string? Target { get; init; }

    [Field("The last answer's round-trip time, for example 1.2ms.")]
    public string? RoundTrip { get; init; }

    [Field("The mean difference between one round trip and the next, over the recent answers.")]
    public string? Jitter { get; init; }

    [Field("The share of the recent probes that had no answer, in percent, for example 1.7%.")]
    public string? Loss { get; init; }
}
