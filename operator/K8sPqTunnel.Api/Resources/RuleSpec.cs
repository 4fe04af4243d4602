using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("For which packets the tunnel's own routing table is asked.")]
[Rule(".from", "has(self.from) || has(self.to) || has(self.mark)", "spec.traffic.rules: an entry needs from, to or mark.")]
public sealed record RuleSpec
{
    [Field("Packets from this network, in CIDR form.", MinLength = 1, MaxLength = 43)]
    public string? From { get; init; }

    [Field("Packets to this network, in CIDR form.", MinLength = 1, MaxLength = 43)]
    public string? To { get; init; }

    [Field("Packets with this firewall mark: a number in quotes, and with a slash the bits of it that count, for example \"0x2a\" or \"0x100/0xff00\". Where reverse path "
        + "filtering is strict, answers to them are dropped: set net.ipv4.conf.INTERFACE.rp_filter to 2.", Pattern = TrafficSpec.MarkPattern)]
    public string? Mark { get; init; }
}
