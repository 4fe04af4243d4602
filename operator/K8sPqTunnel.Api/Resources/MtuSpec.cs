using System.Text.Json.Serialization;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("How large the tunnel's packets may be. What is left out is found out.")]
[Rule(".value", "!has(self.value) || !has(self.path) || self.value + 54 <= self.path",
    "spec.mtu.value does not fit spec.mtu.path once it is encrypted: let value be at least 54 less, or leave one of them out.")]
public sealed record MtuSpec
{
    [Field("The tunnel's MTU in octets, whatever the path outside carries: for one that loses large packets without a word, where probes do not "
        + "help. Larger packets are then fragmented outside by the user-space data plane. Default: what fits the path.",
        Minimum = MtuLimits.Smallest, Maximum = MtuLimits.Largest)]
    public int? Value { get; init; }

    [Field("Largest IP packet, in octets, that the path to the peer is known to carry. Default: the MTU of the route to the peer, or less where "
        + "routers or probes say so.", Minimum = MtuLimits.Smallest, Maximum = MtuLimits.Largest)]
    public int? Path { get; init; }

    [Field("What TCP connections through the tunnel are told as their largest segment, both ways: Auto for what fits, Disabled for nothing, or a number "
        + "of octets between 216 and 8960. Default: the profile's (Auto for Generic, 1360 for Cloudflare).", IsIntOrText = true,
        Pattern = "^(Auto|Disabled|[0-9]{3,4})$")]
    [JsonConverter(typeof(IntOrTextConverter))]
    public string? TcpMssClamp { get; init; }

    [Field("Auto: large IKE messages show what the path carries (RFC 8899), when the tunnel comes up, and again every probeInterval. "
        + "It needs IKE fragmentation (RFC 7383) at the peer. Disabled: only the interface and routers are asked.", Default = "\"Auto\"")]
    public PathProbing? Probe { get; init; }

    [Field("How often the path is asked whether it still carries what is in use, between 2s and 1h; three lost probes show that it does not. Whether it "
        + "carries more is asked ten times as rarely. Default: 1m.", Pattern = Duration.Pattern)]
    public string? ProbeInterval { get; init; }
}
