using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Mobility;

/// <summary>UDP, and TCP next to it where UDP is silent (RFC 9329 5.1). The network here carries both alike.</summary>
public sealed class TransportRaceTests : IDisposable
{
    private readonly Duet _duet = new(left: c => c with { StartAction = StartAction.None });
    private readonly TransportRace _race;
    private TimeSpan _end;

    public TransportRaceTests()
    {
        ConnectionConfig config = Duet.LeftConfig() with { Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(1), 1.8, 5) };
        _race = new TransportRace(_duet.Left.Endpoint, config, _duet.Left.Environment, fallsBack: true);
    }

    public void Dispose() => _duet.Dispose();

    [Fact]
    public void Where_UDP_is_answered_nothing_goes_in_TCP()
    {
        Run(5);
        Assert.Equal(ConnectionState.Established, _race.Leader.State);
        Assert.DoesNotContain(_duet.Left.Output.Sent, sent => sent.Path.IsTcp);
    }

    [Fact]
    public void Where_UDP_is_blocked_TCP_begins_after_two_repeats_and_wins()
    {
        _duet.DropsPath = (_, path) => !path.IsTcp;
        Run(2.7);
        Assert.DoesNotContain(_duet.Left.Output.Sent, sent => sent.Path.IsTcp);
        Assert.Empty(_duet.Left.Output.Of<TcpTried>());

        Run(0.5);

        Assert.Single(_duet.Left.Output.Of<TcpTried>());
        Assert.True(_race.HasFallenBack);
        Assert.Equal(ConnectionState.Established, _race.Leader.State);
        _duet.AssertAgreement();
        // Another exchange, not the same one moved: RFC 9329 5.1.
        Assert.Equal(2, _duet.Left.Output.Sent.Select(sent => Convert.ToHexString(sent.Message.AsSpan(0, 8))).Distinct().Count());
        Assert.Empty(_duet.Left.Output.Of<ConnectionFailed>());
        Assert.DoesNotContain(_duet.Left.Output.Of<ConnectionStateChanged>(), change => change.State is ConnectionState.Closing or ConnectionState.Closed);
        int udp = _duet.Left.Output.Sent.Count(sent => !sent.Path.IsTcp);
        Run(60);
        Assert.Equal(udp, _duet.Left.Output.Sent.Count(sent => !sent.Path.IsTcp));
    }

    [Fact]
    public void A_late_answer_over_UDP_ends_the_attempt_over_TCP()
    {
        bool isBlocked = true;
        _duet.DropsPath = (_, path) => path.IsTcp || isBlocked;
        Run(3);
        Assert.Contains(_duet.Left.Output.Sent, sent => sent.Path.IsTcp);
        isBlocked = false;
        Run(10);

        Assert.False(_race.HasFallenBack);
        Assert.Equal(ConnectionState.Established, _race.Leader.State);
        _duet.AssertAgreement();
        int tcp = _duet.Left.Output.Sent.Count(sent => sent.Path.IsTcp);
        Run(60);
        Assert.Equal(tcp, _duet.Left.Output.Sent.Count(sent => sent.Path.IsTcp));
    }

    [Fact]
    public void Where_both_are_answered_at_once_one_of_them_stays()
    {
        // Nothing arrives until both have asked; then all of it does, in whatever order.
        bool isBlocked = true;
        _duet.DropsPath = (_, _) => isBlocked;
        Run(3);
        isBlocked = false;
        Run(30);

        Assert.Equal(ConnectionState.Established, _race.Leader.State);
        Assert.Single(_duet.Left.Output.Installed);
        _duet.AssertAgreement();
        Assert.Equal(0, _duet.Right.Endpoint.HalfOpenCount);
    }

    [Fact]
    public void A_peer_that_answers_neither_is_said_to_be_unreachable_once_for_both()
    {
        _duet.DropsPath = (_, _) => true;
        Run(45);
        ConnectionFailed failed = Assert.Single(_duet.Left.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.PeerUnreachable, failed.Failure.Reason);
    }

    [Fact]
    public void An_established_tunnel_over_UDP_that_goes_silent_falls_back_when_it_begins_anew()
    {
        Run(5);
        Assert.Equal(ConnectionState.Established, _race.Leader.State);
        _duet.DropsPath = (_, path) => !path.IsTcp;
        Run(180);

        Assert.True(_race.HasFallenBack);
        Assert.Equal(ConnectionState.Established, _race.Leader.State);
        Assert.Contains(_duet.Left.Output.Of<IkeSaEstablished>(), sa => sa.Path.IsTcp);
    }

    [Fact]
    public void Under_Trap_TCP_is_tried_again_as_UDP_is()
    {
        ConnectionConfig config = Duet.LeftConfig() with
        {
            StartAction = StartAction.Trap,
            Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(1), 1.8, 5),
        };
        TransportRace race = new(_duet.Left.Endpoint, config, _duet.Left.Environment, fallsBack: true);
        bool isOut = true;
        _duet.DropsPath = (_, path) => isOut || !path.IsTcp;
        _duet.Right.Start(_duet.Now);
        race.Start(_duet.Now);
        for (int second = 1; second <= 200; second++)
        {
            isOut = second < 60;                                         // Both have failed once by then.
            race.Leader.Trigger(_duet.Now);
            while (_duet.TryStep(TimeSpan.FromSeconds(second)))
                race.Look(_duet.Now);
        }

        Assert.Equal(ConnectionState.Established, race.Leader.State);
        _duet.AssertAgreement();
    }

    [Fact]
    public void Closing_ends_both()
    {
        _duet.DropsPath = (_, _) => true;
        Run(4);
        _race.Close(_duet.Now);
        Assert.Equal(ConnectionState.Closed, _race.Leader.State);
        int sent = _duet.Left.Output.Sent.Count;
        Run(60);
        Assert.Equal(sent, _duet.Left.Output.Sent.Count);
    }

    private void Run(double seconds)
    {
        if (_race.Leader.State == ConnectionState.Idle)
        {
            _duet.Right.Start(_duet.Now);
            _race.Start(_duet.Now);
        }

        _end += TimeSpan.FromSeconds(seconds);
        while (_duet.TryStep(_end))
            _race.Look(_duet.Now);
    }
}
