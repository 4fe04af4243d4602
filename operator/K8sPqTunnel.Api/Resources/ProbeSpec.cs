using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("Asks inside the tunnel whether packets pass, and answers where the peer asks.")]
[Rule(".target", "has(self.target) || has(self.answer)", "spec.probe has neither target nor answer, so it does nothing: write one of them, or leave it out.")]
[Rule(".port", "self.protocol != 'Tcp' || has(self.port)", "spec.probe.protocol is Tcp, but spec.probe.port is missing: write one on which the target takes or refuses connections.")]
[Rule(".port", "self.protocol != 'Icmp' || !has(self.port)", "spec.probe.port means nothing with ICMP: leave it out, or set spec.probe.protocol: Udp or Tcp.")]
public sealed record ProbeSpec
{
    [Field("An address inside spec.traffic.remote that answers.", MinLength = 1, MaxLength = 45)]
    public string? Target { get; init; }

    [Field("What the target is asked with. Icmp: an echo request. Udp: a datagram of 8 octets that it sends back (RFC 862). Tcp: a connection that it "
        + "takes or refuses, either answers; one that it takes is ended at once.", Default = "\"Icmp\"")]
    public ProbeProtocol? Protocol { get; init; }

    [Field("The target's port for Udp and Tcp. Default: 7 for Udp.", Minimum = 1, Maximum = 65_535)]
    public int? Port { get; init; }

    [Field("Time between two probes, between 100ms and 1h.", Default = "\"1s\"", Pattern = Duration.Pattern)]
    public string? Interval { get; init; }

    [Field("Addresses inside spec.traffic.local at which the peer's health checks (ICMP echo, and echo replies to be sent back, as Cloudflare's) are "
        + "answered through the tunnel; no host needs to have them.", MinItems = 1, MaxItems = 8, MinLength = 1, MaxLength = 45, ListType = "set")]
    public IReadOnlyList<string>? Answer { get; init; }
}
