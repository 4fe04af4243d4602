using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("How IKE messages travel.")]
[Rule(".startPort", "!has(self.startPort) || self.startPort in [500, 4500]", "spec.transport.startPort is 500 or 4500.")]
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

    [Field("An end that moves takes its SAs along instead of beginning anew, where the peer can too (MOBIKE, RFC 4555). Default: the profile's "
        + "(true for Generic).")]
    public bool? Mobike { get; init; }

    [Field("When ESP goes in UDP (RFC 3948). Always: also without a NAT, for a path that lets only UDP pass. BehindNat: only with one, and straight over IP "
        + "(protocol 50) otherwise; in user space that needs the capability NET_RAW, and packets go one by one. Auto: always in user space, behind a NAT in the kernel.",
        Default = "\"Auto\"")]
    public EncapsulationPolicy? Encapsulation { get; init; }

    [Field("IKE and ESP in a TCP connection to the peer's port 4500 (RFC 9329): Never, Fallback (when UDP gets no answer; a peer may come so too) "
        + "or Always. Default: Never.")]
    public TcpPolicy? Tcp { get; init; }

    [Field("Goes where the peer sends us (REDIRECT, RFC 5685), at most 5 times in 5 minutes. Default: false.")]
    public bool? FollowRedirects { get; init; }
}
