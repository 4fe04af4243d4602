using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Validation;

public sealed class TunnelValidatorTests
{
    [Theory]
    [InlineData("10.20.0.0/16", "10.20.0.0/33", "spec.traffic.remote[0]: \"10.20.0.0/33\" is not a CIDR: the prefix of an IPv4 network is 0 to 32, for example 10.20.0.0/16")]
    [InlineData("10.20.0.0/16", "10.20.0.1/16", "spec.traffic.remote[0]: \"10.20.0.1/16\" has bits set after its prefix: write 10.20.0.0/16")]
    [InlineData("10.20.0.0/16", "10.20.0.0", "spec.traffic.remote[0]: \"10.20.0.0\" is not a CIDR: it has no prefix length; for the single address write 10.20.0.0/32")]
    [InlineData("10.244.0.0/16", "berlin/16", "spec.traffic.local[0]: \"berlin/16\" is not a CIDR: write an address and a prefix length, for example 10.244.0.0/16")]
    [InlineData("10.244.0.0/16", "10.0.0.0/8", "spec.traffic: local 10.0.0.0/8 and remote 10.20.0.0/16 overlap, so packets between them have two ways: make them disjoint")]
    [InlineData("10.20.0.0/16", "10.20.0.0/16, fd00:8::/48", "spec.traffic.remote[1]: fd00:8::/48 has no network of its family in spec.traffic.local, so it can carry nothing: add one there, or leave this one out")]
    [InlineData("target: 10.20.0.1", "target: 10.21.0.1", "spec.probe.target: 10.21.0.1 lies outside spec.traffic.remote, so the probe would not go through the tunnel: choose an address inside it")]
    [InlineData("target: 10.20.0.1", "target: 10.20.0.1, protocol: Tcp", "spec.probe.port: spec.probe.protocol is Tcp, and there is no port: write one on which the target takes or refuses connections, for example 443")]
    [InlineData("target: 10.20.0.1", "target: 10.20.0.1, port: 80", "spec.probe.port: 80 means nothing with ICMP: leave it out, or set spec.probe.protocol: Udp or Tcp")]
    [InlineData("target: 10.20.0.1", "target: 10.20.0.1, protocol: Udp, port: 70000", "spec.probe.port: 70000 is out of bounds: write 1 to 65535, for example 7")]
    [InlineData("target: 10.20.0.1", "answer: [169.254.240.9]", "spec.probe.answer[0]: 169.254.240.9 lies outside spec.traffic.local, so answers would not go through the tunnel: list 169.254.240.9/32 there")]
    [InlineData("target: 10.20.0.1", "answer: [here]", "spec.probe.answer[0]: \"here\" is not an IP address: write one inside spec.traffic.local")]
    [InlineData("interval: 1s", "interval: 1ms", "spec.probe.interval: 1ms is out of bounds: write 100ms to 1h, for example 1s")]
    [InlineData("lifetime: 4h", "lifetime: 4 hours", "spec.ike.lifetime: \"4 hours\" is not a duration: write a number and a unit (ms, s, m, h), for example 4h")]
    [InlineData("lifetime: 1h", "lifetime: 96h", "spec.child.lifetime: 96h is out of bounds: write 1m to 48h, for example 1h")]
    [InlineData("198.51.100.7", "198.51.100.300", "spec.peer.addresses[0]: \"198.51.100.300\" is neither an IP address nor a DNS name: write one, for example 198.51.100.7")]
    [InlineData("id: edge.example.net", "id: \"a b\"", "spec.local.id: \"a b\" is no identity: write a DNS name, an IP address, an e-mail address, key-id:TEXT or a distinguished name such as CN=berlin,O=Example")]
    [InlineData("id: edge.example.net", "id: edge.example.net, otherIds: [\"*.example.net\"]", "spec.local.otherIds[0]: \"*.example.net\" is no identity: write a DNS name, an IP address, an e-mail address, key-id:TEXT or a distinguished name such as CN=berlin,O=Example")]
    [InlineData("name: berlin-psk", "name: ../psk", "spec.authentication.psk.secretRef.name: \"../psk\" is no name of a Secret: write lower-case letters, digits, - and .")]
    [InlineData("authentication:", "authentication:\n    ppk: [{id: \"\", secretRef: {name: p}}]", "spec.authentication.ppk[0].id: \"\" is no ID of a postquantum preshared key: write what the peer calls it, 1 to 128 octets, for example ppk-berlin")]
    [InlineData("authentication:", "authentication:\n    ppk: [{id: p, secretRef: {name: ../p}}]", "spec.authentication.ppk[0].secretRef.name: \"../p\" is no name of a Secret: write lower-case letters, digits, - and .")]
    [InlineData("authentication:", "authentication:\n    ppk: [{id: p, secretRef: {name: p}}, {id: p, secretRef: {name: q}}]", "spec.authentication.ppk[1].id: \"p\" stands twice: the peer could not tell the two keys apart")]
    [InlineData("prfsha384-ecp384-ke1_mlkem768", "prfsha384-ecp384-ke1_mlkm768", "spec.ike.proposals[0]: unknown keyword \"ke1_mlkm768\", did you mean \"ke1_mlkem768\"?")]
    [InlineData("prfsha384-ecp384-ke1_mlkem768", "prfsha384-ecp384", "spec.ike.proposals[0]: \"aes256gcm16-prfsha384-ecp384\" can be answered without ML-KEM, but spec.postQuantum.keyExchange is Required: add -ke1_mlkem768 (and no ke1_none), or set Preferred")]
    [InlineData("prfsha384-ecp384-ke1_mlkem768", "prfsha384-ecp384-ke1_mlkem768-ke1_none", "spec.ike.proposals[0]: \"aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke1_none\" can be answered without ML-KEM, but spec.postQuantum.keyExchange is Required: add -ke1_mlkem768 (and no ke1_none), or set Preferred")]
    [InlineData("dataplane: Auto", "gateway: {metricsPort: 70000}", "spec.gateway.metricsPort: 70000 is out of bounds: write 1024 to 65535, for example 9510")]
    [InlineData("dataplane: Auto", "gateway: {metricsPort: 4500}", "spec.gateway.metricsPort: 4500 is where IKE and ESP come over TCP: write another, for example 9510")]
    [InlineData("dataplane: Auto", "transport: {startPort: 501}", "spec.transport.startPort: 501 is no port of IKE: write 500 or 4500")]
    [InlineData("dataplane: Auto", "mtu: {value: 575}", "spec.mtu.value: 575 is out of bounds: write 576 to 9216, for example 1400")]
    [InlineData("dataplane: Auto", "mtu: {path: 9217}", "spec.mtu.path: 9217 is out of bounds: write 576 to 9216, for example 1500")]
    [InlineData("dataplane: Auto", "mtu: {value: 1480, path: 1500}", "spec.mtu.value: 1480 does not fit a path of 1500 (spec.mtu.path) once it is encrypted: write 1446 or less, or leave one of them out")]
    [InlineData("dataplane: Auto", "mtu: {probeInterval: 1s}", "spec.mtu.probeInterval: 1s is out of bounds: write 2s to 1h, for example 1m")]
    [InlineData("dataplane: Auto", "mtu: {tcpMssClamp: Always}", "spec.mtu.tcpMssClamp: \"Always\" is neither Auto nor Disabled nor a number of octets, for example 1360")]
    [InlineData("dataplane: Auto", "mtu: {tcpMssClamp: 9000}", "spec.mtu.tcpMssClamp: 9000 is out of bounds: write 216 to 8960, for example 1360")]
    [InlineData("dataplane: Auto", "mtu: {tcpMssClamp: [1360]}", "spec.mtu.tcpMssClamp: expected a text, got a list")]
    [InlineData("dataplane: Auto", "transport: {fragmentSize: 100}", "spec.transport.fragmentSize: 100 is out of bounds: write 576 to 9000, for example 1280")]
    [InlineData("dataplane: Auto", "transport: {natKeepalive: 1h}", "spec.transport.natKeepalive: 1h is out of bounds: write 1s to 10m, for example 20s")]
    [InlineData("dataplane: Auto", "liveness: {delay: 1ms}", "spec.liveness.delay: 1ms is out of bounds: write 1s to 1h, for example 30s")]
    [InlineData("dataplane: Auto", "liveness: {repeats: 0}", "spec.liveness.repeats: 0 is out of bounds: write 1 to 10, for example 5")]
    [InlineData("lifetime: 1h", "lifetime: 1h, replayWindow: 5000", "spec.child.replayWindow: 5000 is out of bounds: write 0 to 4096, for example 1024")]
    [InlineData("lifetime: 1h", "lifetime: 10m, successorDelay: 2m", "spec.child.successorDelay: 2m is more than a tenth of the child SA's lifetime, so an SA would end before its successor carries traffic: write less, or a longer spec.child.lifetime")]
    [InlineData("lifetime: 1h", "lifetime: 1h, lifetimeBytes: 999999", "spec.child.lifetimeBytes: 999999 is too little: write 1000000 or more, or leave it out for no limit")]
    [InlineData("lifetime: 1h", "lifetime: 1h, lifetimePackets: 0", "spec.child.lifetimePackets: 0 is too little: write 1000 or more, or leave it out for no limit")]
    [InlineData("lifetime: 4h", "lifetime: 4h, reauthenticationInterval: 1m", "spec.ike.reauthenticationInterval: 1m is out of bounds: write 5m to 720h, for example 24h")]
    [InlineData("lifetime: 4h", "lifetime: 4h, reauthenticationInterval: 24h, reauthenticate: true", "spec.ike.reauthenticationInterval: spec.ike.reauthenticate: true proves both ends anew at the end of each lifetime already: leave one of the two out")]
    [InlineData("dataplane: Auto", "limits: {halfOpen: 0}", "spec.limits.halfOpen: 0 is out of bounds: write 1 to 65536, for example 4096")]
    [InlineData("dataplane: Auto", "limits: {cookiesFrom: 11, halfOpen: 10}", "spec.limits.cookiesFrom: 11 is above spec.limits.halfOpen (10), so no cookie would ever be asked for: write less")]
    [InlineData("dataplane: Auto", "limits: {halfOpenPerAddress: 5000}", "spec.limits.halfOpenPerAddress: 5000 is above spec.limits.halfOpen (4096), so it would limit nothing: write less")]
    [InlineData("dataplane: Auto", "limits: {halfOpenTimeout: 1h}", "spec.limits.halfOpenTimeout: 1h is out of bounds: write 1s to 10m, for example 30s")]
    [InlineData("id: edge.example.net", "id: edge.example.net, address: 0.0.0.0", "spec.local.address: \"0.0.0.0\" is no address of a host: write one of this host's, for example 192.0.2.10, or leave it out")]
    [InlineData("[198.51.100.7]", "[198.51.100.7/24]", "spec.peer.addresses[0]: \"198.51.100.7/24\" has bits set after its prefix: write 198.51.100.0/24")]
    [InlineData("[198.51.100.7]", "[0.0.0.0/0]", "spec.startAction: Start needs an address to begin with, and spec.peer.addresses names only networks: write None, so that the peer begins, or add an address")]
    [InlineData("dataplane: Auto", "dataplane: Xfrm\n  transport: {tcp: Fallback}", "spec.dataplane: Xfrm carries no ESP in TCP, and spec.transport.tcp is Fallback: write Auto or Userspace, or set tcp to Never")]
    [InlineData("keyExchange: Required", "keyExchange: Disabled", "spec.ike.proposals[0]: \"aes256gcm16-prfsha384-ecp384-ke1_mlkem768\" names ML-KEM, but spec.postQuantum.keyExchange is Disabled: leave the ML-KEM keywords out, or set Preferred or Required")]
    public void A_wrong_value_is_named_with_a_way_out(string old, string replacement, string problem)
    {
        string reported = Assert.Single(Sample.ProblemsAfter(old, replacement));
        Assert.Matches("^tunnel.yaml:[0-9]+: ", reported);
        Assert.Equal(problem, reported[(reported.IndexOf(' ') + 1)..]);
    }

    [Fact]
    public void A_network_card_cannot_be_demanded_of_the_user_space_data_plane()
    {
        const string child = "lifetime: 1h}", rest = "\n  traffic: {mode: Policy, local: [10.244.0.0/16], remote: [10.20.0.0/16]}\n  dataplane: ";
        Assert.Empty(Sample.ProblemsAfter($"{child}{rest}Auto", $"lifetime: 1h, hardwareOffload: Auto}}{rest}Userspace"));
        Assert.EndsWith(
            "spec.child.hardwareOffload: Required is for the kernel's data plane, and spec.dataplane is Userspace: write dataplane: Xfrm, or hardwareOffload: Auto",
            Assert.Single(Sample.ProblemsAfter($"{child}{rest}Auto", $"lifetime: 1h, hardwareOffload: Required}}{rest}Userspace")), StringComparison.Ordinal);
    }

    [Fact]
    public void More_child_SAs_than_are_made_are_refused()
    {
        string Networks(int first) => string.Join(", ", Enumerable.Range(0, 11).Select(i => $"10.{first + i}.0.0/16"));
        string problem = Assert.Single(Sample.ProblemsAfter("local: [10.244.0.0/16], remote: [10.20.0.0/16]",
            $"local: [{Networks(100)}], remote: [{Networks(20)}], selectors: PerPair"));
        Assert.Contains("spec.traffic.selectors: PerPair makes 121 child SAs of these networks, at most 100 are made", problem);
    }

    [Fact]
    public void Sizes_may_be_left_out_or_written_as_numbers_or_words()
    {
        Assert.Empty(Sample.ProblemsAfter("dataplane: Auto", "mtu: {value: 1400, path: 1500, tcpMssClamp: 1360, probe: Disabled}"));
        Assert.Empty(Sample.ProblemsAfter("dataplane: Auto", "mtu: {tcpMssClamp: \"1360\"}"));
        Assert.Empty(Sample.ProblemsAfter("dataplane: Auto", "mtu: {tcpMssClamp: Auto, probe: Auto, probeInterval: 10s}"));
    }

    [Fact]
    public void A_set_MTU_has_room_for_the_IPv6_networks() => Assert.Contains(
        "spec.mtu.value: 1200 is too small for the IPv6 networks of spec.traffic: write 1280 or more",
        Assert.Single(Sample.ProblemsAfter(
            "local: [10.244.0.0/16], remote: [10.20.0.0/16]", "local: [10.244.0.0/16, fd00:7::/48], remote: [10.20.0.0/16, fd00:8::/48]", "mtu: {value: 1200}")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("any", "None", null)]
    [InlineData("198.51.100.0/24, 2001:db8::/32", "None", null)]
    [InlineData("any, 203.0.113.9", "Start", null)]
    [InlineData("any, berlin.example.net", "Trap", null)]
    [InlineData("198.51.100.0/24", "Trap", "Trap needs an address to begin with")]
    [InlineData("any", "Start", "Start needs an address to begin with")]
    public void A_peer_of_unknown_address_has_to_begin(string addresses, string action, string? problem)
    {
        string[] problems = Sample.ProblemsAfter("addresses: [198.51.100.7]", $"addresses: [{addresses}]", $"startAction: {action}");
        if (problem is null)
            Assert.Empty(problems);
        else
            Assert.Contains("spec.startAction: " + problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_of_unknown_address_has_a_name() => Assert.Equal(
        "spec.peer.id: nothing says who the peer of unknown address is: write the identity that it has to prove, for example branch-berlin.example.net, "
        + "or *.example.net for several peers",
        Assert.Single(Sample.ProblemsAfter("addresses: [198.51.100.7]\n    id: branch-berlin.example.net", "addresses: [any]", "startAction: None")).Split(": ", 2)[1]);

    [Theory]
    [InlineData("target: 10.20.0.1", "10.20.0.1 Icmp 0 and answers at none")]
    [InlineData("target: 10.20.0.1, protocol: Udp", "10.20.0.1 Udp 7 and answers at none")]
    [InlineData("target: 10.20.0.1, protocol: Tcp, port: 443, answer: [10.244.255.9]", "10.20.0.1 Tcp 443 and answers at 10.244.255.9")]
    [InlineData("answer: [10.244.255.9, 10.244.255.10]", "nothing and answers at 10.244.255.9 10.244.255.10")]
    public void A_probe_asks_answers_or_does_both(string probe, string expected)
    {
        using TunnelDocument document = TunnelDocument.Load(Sample.Yaml.Replace("target: 10.20.0.1", probe, StringComparison.Ordinal), "tunnel.yaml");
        TunnelSettings tunnel = Assert.Single(document.Tunnels);
        string asked = tunnel.Probe is { } asks ? $"{asks.Target} {asks.Protocol} {asks.Port}" : "nothing";
        string answers = tunnel.ProbeAnswers.Count == 0 ? "none" : string.Join(' ', tunnel.ProbeAnswers);
        Assert.Equal(expected, $"{asked} and answers at {answers}");
    }

    [Fact]
    public void Every_problem_is_reported_at_once()
    {
        string[] problems = Sample.ProblemsAfter("addresses: [198.51.100.7]", "addresses: [\"-\", \"!\"]");
        Assert.Equal(2, problems.Length);
    }
}
