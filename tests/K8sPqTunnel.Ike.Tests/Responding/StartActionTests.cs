using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>Who begins, and what follows a loss.</summary>
public sealed class StartActionTests
{
    [Fact]
    public void None_sends_nothing_by_itself()
    {
        using var duet = new Duet();
        duet.Right.Start(duet.Now);
        duet.Run(TimeSpan.FromHours(1));

        Assert.Empty(duet.Right.Output.Sent);
        Assert.Equal(ConnectionState.Listening, duet.Right.Connection.State);
        Assert.Null(duet.Right.Endpoint.NextDeadline);
    }

    [Fact]
    public void None_waits_again_when_the_peer_has_gone()
    {
        using Duet duet = new Duet().Start();

        duet.Left.Connection.Close(duet.Now);
        duet.Run(TimeSpan.FromMinutes(5));

        Assert.Equal(ConnectionState.Listening, duet.Right.Connection.State);
        ConnectionFailed failed = Assert.Single(duet.Right.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.DeletedByPeer, failed.Failure.Reason);
        Assert.Null(failed.RetryIn);
        Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
    }

    [Fact]
    public void Trap_begins_with_the_first_packet()
    {
        using var duet = new Duet(left: c => c with { StartAction = StartAction.Trap });
        duet.Start(TimeSpan.FromMinutes(1));
        Assert.Empty(duet.Left.Output.Sent);

        duet.Left.Connection.Trigger(duet.Now);
        duet.Run(TimeSpan.FromSeconds(1));

        duet.AssertAgreement();
        Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
        int sent = duet.Left.Output.Sent.Count;
        duet.Left.Connection.Trigger(duet.Now);
        Assert.Equal(sent, duet.Left.Output.Sent.Count);
    }

    [Fact]
    public void After_a_failure_a_trap_stays_quiet_for_a_while_however_many_packets_come()
    {
        using var duet = new Duet(left: c => c with { StartAction = StartAction.Trap, LocalIdentity = c.RemoteIdentity! });
        duet.Start(TimeSpan.Zero);
        duet.Left.Connection.Trigger(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(500));
        Assert.Single(duet.Left.Output.Of<ConnectionFailed>());
        Assert.Equal(ConnectionState.Listening, duet.Left.Connection.State);

        int sent = duet.Left.Output.Sent.Count;
        duet.Left.Connection.Trigger(duet.Now);
        Assert.Equal(sent, duet.Left.Output.Sent.Count);

        duet.Run(TimeSpan.FromSeconds(1));
        duet.Left.Connection.Trigger(duet.Now);
        Assert.Equal(sent + 1, duet.Left.Output.Sent.Count);
    }

    [Fact]
    public void A_peer_may_begin_where_Trap_waits_for_a_packet()
    {
        using Duet duet = new Duet(right: c => c with { StartAction = StartAction.Trap }).Start();

        duet.AssertAgreement();
        Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
    }

    [Fact]
    [Rfc(7296, "2.4", "INITIAL_CONTACT of an authenticated peer ends its other SAs")]
    public void A_peer_that_was_killed_comes_back_and_says_that_it_knows_of_nothing()
    {
        using Duet duet = new Duet().Start();

        duet.Left.Output.Installed.Clear();                          // With the process, its packets' keys are gone.
        duet.Left.Restart(duet.Now);
        duet.Run(TimeSpan.FromSeconds(2));

        // Without waiting for the old SA's silence to be noticed.
        duet.AssertAgreement();
        Assert.Single(duet.Right.Output.Installed);
        Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
        Assert.Single(duet.Right.Output.Of<IkeSaClosed>());
    }

    [Fact]
    public void The_responders_own_lifetime_replaces_the_SA_without_a_gap()
    {
        using Duet duet = new Duet(right: c => c with { IkeLifetime = TimeSpan.FromMinutes(10), ChildLifetime = TimeSpan.FromMinutes(10) }).Start();

        for (int minute = 0; minute < 60; minute++)
        {
            duet.Run(TimeSpan.FromMinutes(1));
            Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
            Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
        }

        duet.Run(TimeSpan.FromSeconds(40));
        duet.AssertAgreement();
    }
}
