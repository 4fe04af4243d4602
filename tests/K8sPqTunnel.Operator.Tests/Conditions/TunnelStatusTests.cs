using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Tests.Conditions;

public sealed class TunnelStatusTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public void What_the_daemon_reports_is_in_the_status()
    {
        IpsecTunnelStatus status = TunnelStatus.Of(Samples.Observation(), null, Now);

        Assert.Equal("198.51.100.7:4500", status.Peer);
        Assert.Equal("P-384 + ML-KEM-768", status.KeyExchange);
        Assert.True(status.QuantumSafe);
        Assert.Equal(("1122334455667788", "99aabbccddeeff00"), (status.Ike!.InitiatorSpi, status.Ike.ResponderSpi));
        Assert.Equal("c0000001/c0000002", status.Spis);
        Assert.Equal((DateTimeOffset.UnixEpoch.AddDays(20_001), null), (status.Children![0].LastReceivedTime, status.Children[0].LastSentTime));
        Assert.Equal(1390, status.Children[0].Mtu);
        Assert.Equal(("userspace", "pqt0", 1400, 1462, "1.23ms"), (status.Dataplane, status.Interface, status.Mtu, status.PathMtu, status.Rtt));
        Assert.Equal(("10.20.0.1", "1.23ms", "0.21ms", "1.7%"), (status.Probe!.Target, status.Probe.RoundTrip, status.Probe.Jitter, status.Probe.Loss));
        Assert.Equal((1000, 2000, 2), (status.Counters!.ReceivedBytes, status.Counters.SentBytes, status.Counters.DroppedPackets));
        Assert.Equal(["node1"], status.Nodes);
        Assert.Equal(("node1", "pqtunnel-berlin-0", 3L), (status.Node, status.Pod, status.ObservedGeneration));
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("eth0", "", "eth0")]
    [InlineData("", "eth0 has no ESP offload", "none: eth0 has no ESP offload")]
    public void Whether_a_card_encrypts_shows(string card, string whyNot, string? shown)
    {
        TunnelReport report = Samples.Report;
        (report.Dataplane.OffloadInterface, report.Dataplane.WhyNotOffloaded) = (card, whyNot);
        Assert.Equal(shown, TunnelStatus.Of(Samples.Observation(report), null, Now).HardwareOffload);
    }

    [Fact]
    public void All_is_well_in_the_words_of_kstatus() =>
        Assert.Equal(
            ["Ready=True", "Reconciling=False", "Stalled=False", "Established=True", "QuantumSafe=True", "DataPathHealthy=True"],
            TunnelStatus.Of(Samples.Observation(), null, Now).Conditions!.Select(c => $"{c.Type}={c.Status}"));

    [Fact]
    public void Why_the_kernel_was_not_taken_is_in_the_status_and_with_the_child_SA()
    {
        TunnelReport report = Samples.Report;
        Assert.Null(TunnelStatus.Of(Samples.Observation(report), null, Now).DataplaneReason);
        report.Dataplane.WhyNotXfrm = "this kernel has no ESP (CONFIG_INET_ESP)";

        IpsecTunnelStatus status = TunnelStatus.Of(Samples.Observation(report), null, Now);
        Assert.Equal("this kernel has no ESP (CONFIG_INET_ESP)", status.DataplaneReason);
        Assert.Equal(
            "a child SA is installed in both directions, in user space, because this kernel has no ESP (CONFIG_INET_ESP)",
            status.Conditions!.Single(c => c.Type == "Established").Message);
    }

    [Fact]
    public void A_probe_that_cannot_be_begun_is_told_by_the_data_paths_condition()
    {
        TunnelReport report = Samples.Report;
        report.Probe.State = ProbeState.Unprobed;
        Assert.Equal("ProbePending", DataPathOf(report).Reason);
        report.LastError = new TunnelError { Reason = "ProbeImpossible", Message = "give the process the capability NET_RAW" };
        Condition condition = DataPathOf(report);
        Assert.Equal((ConditionStatus.Unknown, "ProbeImpossible", "give the process the capability NET_RAW"), (condition.Status, condition.Reason, condition.Message));
    }

    private static Condition DataPathOf(TunnelReport report) =>
        TunnelStatus.Of(Samples.Observation(report), null, Now).Conditions!.Single(c => c.Type == "DataPathHealthy");

    [Fact]
    public void When_the_last_packet_came_is_news_and_no_transition()
    {
        TunnelReport later = Samples.Report;
        later.ChildSas[0].LastReceivedAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Now.AddMinutes(1));
        IpsecTunnelStatus before = TunnelStatus.Of(Samples.Observation(), null, Now);
        IpsecTunnelStatus after = TunnelStatus.Of(Samples.Observation(later), before, Now);
        Assert.False(StatusChange.IsNone(before, after));
        Assert.False(StatusChange.IsTransition(before, after));
    }

    [Fact]
    public void Nothing_is_claimed_of_a_daemon_that_is_not_heard()
    {
        IpsecTunnelStatus before = TunnelStatus.Of(Samples.Observation(), null, Now);
        IpsecTunnelStatus after = TunnelStatus.Of(Samples.Observation() with { Daemon = null }, before, Now);

        Assert.All(after.Conditions!.Where(c => c.Type is "Ready" or "Established" or "QuantumSafe" or "DataPathHealthy"),
            c => Assert.Equal(ConditionStatus.Unknown, c.Status));
        Assert.Null(after.Peer);
        Assert.Equal("node1", after.Node);
        Assert.Equal(["node1"], after.Nodes);
    }

    [Fact]
    public void A_transition_time_moves_with_the_status_and_not_with_the_message()
    {
        IpsecTunnelStatus connecting = Connecting("first", null, Now);
        IpsecTunnelStatus again = Connecting("second", connecting, Now.AddHours(1));
        Assert.Equal("second", again.Conditions![0].Message);
        Assert.Equal(Now, again.Conditions[0].LastTransitionTime);

        IpsecTunnelStatus ready = TunnelStatus.Of(Samples.Observation(), again, Now.AddHours(2));
        Assert.Equal(Now.AddHours(2), ready.Conditions![0].LastTransitionTime);
    }

    [Fact]
    public void Counters_and_round_trip_times_are_no_transition()
    {
        IpsecTunnelStatus before = TunnelStatus.Of(Samples.Observation(), null, Now);
        TunnelObservation observed = Samples.Observation();
        observed.Daemon!.Counters!.BytesIn = 5000;
        observed.Daemon.Report!.Probe.RttMicros = 900;
        observed.Daemon.Report.Probe.LossRatio = 0.5;
        observed.Daemon.Report.Probe.JitterMicros = 1;
        IpsecTunnelStatus after = TunnelStatus.Of(observed, before, Now.AddSeconds(1));

        Assert.False(StatusChange.IsNone(before, after));
        Assert.False(StatusChange.IsTransition(before, after));
        Assert.True(StatusChange.IsNone(before, TunnelStatus.Of(Samples.Observation(), before, Now.AddSeconds(1))));
    }

    [Fact]
    public void A_child_sa_with_its_own_ml_kem_exchange_says_so()
    {
        TunnelReport report = Samples.Report;
        report.ChildSas[0].QuantumSafety = Grpc.Contract.V1.QuantumSafety.OwnKeyExchange;
        IpsecTunnelStatus status = TunnelStatus.Of(Samples.Observation(report), null, Now);
        Assert.Contains("of its own", status.Conditions!.Single(c => c.Type == "QuantumSafe").Message);
    }

    [Fact]
    public void A_daemon_cannot_make_the_status_grow_without_bounds()
    {
        TunnelReport report = Samples.Report;
        report.PeerEndpoint = new string('x', 100_000);
        for (int i = 0; i < 1000; i++)
            report.ChildSas.Add(report.ChildSas[0].Clone());
        IpsecTunnelStatus status = TunnelStatus.Of(Samples.Observation(report), null, Now);
        Assert.Equal(1024, status.Peer!.Length);
        Assert.Equal(32, status.Children!.Count);
    }

    private static IpsecTunnelStatus Connecting(string message, IpsecTunnelStatus? before, DateTimeOffset now)
    {
        TunnelReport report = Samples.Report;
        report.Phase = TunnelPhase.Connecting;
        report.LastError = new TunnelError { Reason = "PeerUnreachable", Message = message };
        return TunnelStatus.Of(Samples.Observation(report), before, now);
    }
}
