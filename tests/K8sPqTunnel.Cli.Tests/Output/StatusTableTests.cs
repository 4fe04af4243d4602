using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Cli.Tests.Output;

public sealed class StatusTableTests
{
    private static readonly TunnelSnapshot Down = new() { Namespace = "default", Name = "berlin" };

    [Fact]
    public void A_tunnel_that_failed_says_why_in_its_own_sentence() =>
        Assert.Equal("nobody there", StatusTable.WhyNotReady(
            Down with { LastError = new FailureSnapshot("PeerUnreachable", "nobody there", DateTimeOffset.UnixEpoch) }));

    [Fact]
    public void A_tunnel_that_waits_for_its_peer_says_so() => Assert.Equal(
        "tunnel \"berlin\" waits for its peer to begin (spec.startAction).",
        StatusTable.WhyNotReady(Down with { Name = "berlin", Phase = TunnelPhase.Listening }));

    [Fact]
    public void A_postquantum_preshared_key_in_use_is_shown_by_its_ID()
    {
        var ike = new IkeSaSnapshot
        {
            InitiatorSpi = "", ResponderSpi = "", Proposal = "", KeyExchanges = ["P-384"], QuantumSafe = false, NatDetected = false,
            Role = IkeRole.Initiator, EstablishedAt = DateTimeOffset.UnixEpoch,
        };

        Assert.DoesNotContain(StatusTable.Rows(Down with { Ike = ike }), row => row.What == "Postquantum key");
        Assert.Contains(("Postquantum key", "ppk-1"), StatusTable.Rows(Down with { Ike = ike with { PostquantumKey = "ppk-1" } }));
    }

    [Fact]
    public void The_last_packet_of_each_SA_is_shown()
    {
        var child = new ChildSaSnapshot
        {
            InboundSpi = "c0000001", OutboundSpi = "c0000002", Proposal = "", KeyExchanges = [], QuantumSafety = QuantumSafety.None,
            Local = ["10.1.0.0/24"], Remote = ["10.20.0.0/16"], EstablishedAt = DateTimeOffset.UnixEpoch, LastReceivedAt = DateTimeOffset.UnixEpoch.AddDays(1),
        };

        Assert.Contains(("Last received, sent", "1970-01-02 00:00:00 UTC, never"), StatusTable.Rows(Down with { Children = [child] }));
    }

    [Fact]
    public void A_tunnel_that_is_up_without_an_answer_names_the_probes_target() =>
        Assert.Contains("10.20.0.1 does not answer", StatusTable.WhyNotReady(
            Down with { Phase = TunnelPhase.Established, Probe = new ProbeSnapshot(ProbeState.Unhealthy, "10.20.0.1", null, null, 1) }));
}
