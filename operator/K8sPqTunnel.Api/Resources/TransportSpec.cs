using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("How IKE messages travel.")]
[Rule("!has(self.startPort) || self.startPort in [500, 4500]", "spec.transport.startPort is 500 or 4500.")]
public sealed record TransportSpec
{
    [Field("Largest IP packet of an IKE message in octets, between 576 and 9000: larger messages are fragmented at their first sending (RFC 7383). "
        + "Default: the profile's (1280 for Generic).", Minimum = 576, Maximum = 9000)]
    public int? FragmentSize { get; init; }

    [Field("Time between two keepalives while this end is behind a NAT, between 1s and 10m. Default: the profile's (20s for Generic).",
        Pattern = Duration.Pattern)]
    public string? NatKeepalive { get; init; }

    [Field("The peer's UDP port that the first message goes to: 500, or 4500 for a path that lets only that one pass. Default: the profile's "
        + "(500 for Generic).", Minimum = 500, Maximum = 4500)]
    public int? StartPort { get; init; }
}
