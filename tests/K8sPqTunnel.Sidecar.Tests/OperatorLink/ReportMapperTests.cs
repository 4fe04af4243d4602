using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Sidecar.OperatorLink;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tests.OperatorLink;

public sealed class ReportMapperTests
{
    [Fact]
    public void An_established_tunnel_is_told_with_its_key_exchanges_and_SPIs()
    {
        TunnelReport report = ReportMapper.Report(Snapshots.Up, observedGeneration: 3);

        Assert.Equal(Grpc.Contract.V1.TunnelPhase.Established, report.Phase);
        Assert.Equal(3, report.ObservedGeneration);
        Assert.Equal(0x0123456789abcdefUL, report.IkeSa.SpiI);
        Assert.Equal(0xfedcba9876543210UL, report.IkeSa.SpiR);
        Assert.Equal(["P-384", "ML-KEM-768"], report.IkeSa.KeyExchanges);
        Assert.True(report.IkeSa.QuantumSafe);
        Assert.Equal(0xc0000001U, report.ChildSas[0].SpiIn);
        Assert.Equal(Grpc.Contract.V1.QuantumSafety.FromIkeSa, report.ChildSas[0].QuantumSafety);
        Assert.Equal(Snapshots.Noon.AddSeconds(7), report.ChildSas[0].LastReceivedAt.ToDateTimeOffset());
        Assert.Null(report.ChildSas[0].LastSentAt);
        Assert.Equal(1406U, report.ChildSas[0].Mtu);
        Assert.Equal(DataplaneKind.Userspace, report.Dataplane.Kind);
        Assert.Equal((1438U, 1500U), (report.Dataplane.Mtu, report.Dataplane.PathMtu));
    }

    [Fact]
    public void When_our_certificate_expires_is_told_where_there_is_one()
    {
        Assert.Null(ReportMapper.Report(Snapshots.Up, 1).CertificateExpiresAt);
        Assert.Equal(Snapshots.Noon, ReportMapper.Report(Snapshots.Up with { CertificateExpiresAt = Snapshots.Noon }, 1).CertificateExpiresAt.ToDateTimeOffset());
    }

    [Fact]
    public void Why_the_kernel_was_not_taken_is_told()
    {
        Assert.Empty(ReportMapper.Report(Snapshots.Up, 1).Dataplane.WhyNotXfrm);
        Assert.Equal("no ESP here", ReportMapper.Report(Snapshots.Up with { WhyNotXfrm = "no ESP here" }, 1).Dataplane.WhyNotXfrm);
    }

    [Fact]
    public void Whether_a_card_encrypts_is_told()
    {
        Grpc.Contract.V1.Dataplane card = ReportMapper.Report(Snapshots.Up with { Offload = new OffloadSnapshot("eth0", null) }, 1).Dataplane;
        Assert.Equal(("eth0", ""), (card.OffloadInterface, card.WhyNotOffloaded));
        Grpc.Contract.V1.Dataplane processor = ReportMapper.Report(Snapshots.Up with { Offload = new OffloadSnapshot("eth0", "it cannot") }, 1).Dataplane;
        Assert.Equal(("", "it cannot"), (processor.OffloadInterface, processor.WhyNotOffloaded));
    }

    [Fact]
    public void An_SA_that_replaced_another_says_when()
    {
        Assert.Null(ReportMapper.Report(Snapshots.Up, 1).IkeSa.RekeyedAt);
        TunnelSnapshot replaced = Snapshots.Up with { Ike = Snapshots.Up.Ike! with { RekeyedAt = Snapshots.Noon } };
        Assert.Equal(Snapshots.Noon, ReportMapper.Report(replaced, 1).IkeSa.RekeyedAt.ToDateTimeOffset());
    }

    [Fact]
    public void A_tunnel_that_is_down_has_no_SA_and_says_why()
    {
        TunnelReport report = ReportMapper.Report(
            Snapshots.Down with { LastError = new FailureSnapshot("PeerUnreachable", "nobody there", Snapshots.Noon) }, observedGeneration: 1);

        Assert.Null(report.IkeSa);
        Assert.Empty(report.ChildSas);
        Assert.Equal("PeerUnreachable", report.LastError.Reason);
        Assert.Equal(Snapshots.Noon, report.LastError.Time.ToDateTimeOffset());
    }

    [Theory]
    [InlineData(K8sPqTunnel.Sidecar.State.ProbeState.Healthy, Grpc.Contract.V1.ProbeState.Healthy)]
    [InlineData(K8sPqTunnel.Sidecar.State.ProbeState.Unhealthy, Grpc.Contract.V1.ProbeState.Unhealthy)]
    [InlineData(K8sPqTunnel.Sidecar.State.ProbeState.Unprobed, Grpc.Contract.V1.ProbeState.Unprobed)]
    public void The_probe_is_told_as_it_is(K8sPqTunnel.Sidecar.State.ProbeState state, Grpc.Contract.V1.ProbeState told)
    {
        TunnelReport report = ReportMapper.Report(Snapshots.Up with { Probe = new ProbeSnapshot(state, "10.20.0.1", 900, 100, 0.25) }, 1);
        Assert.Equal(told, report.Probe.State);
        Assert.Equal(900UL, report.Probe.RttMicros);
        Assert.Equal(0.25, report.Probe.LossRatio);
        Assert.Equal(100UL, report.Probe.JitterMicros);
    }

    [Fact]
    public void Counters_keep_their_directions()
    {
        Counters counters = ReportMapper.Counters(Snapshots.Up.Counters, Snapshots.Noon);
        Assert.Equal((300UL, 400UL, 3UL, 4UL), (counters.BytesIn, counters.BytesOut, counters.PacketsIn, counters.PacketsOut));
        Assert.Equal(5UL, counters.Drops["XfrmInStateSeqError"]);
    }
}
