using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

public sealed class EstablishedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(0.1);

    [Fact]
    [Rfc(7296, "2.4", "A peer that has been silent is asked whether it is alive")]
    public void A_silent_peer_is_asked_for_a_sign_of_life()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(100));

        Assert.Equal(3, world.Peer.Answered.Count(exchange => exchange == ExchangeType.Informational));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Fact]
    public void A_peer_that_speaks_is_not_asked()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 10; i++)
        {
            world.Run(TimeSpan.FromSeconds(20));
            world.Peer.Request(ExchangeType.Informational, _ => { });
        }

        world.Run(Soon);
        Assert.Equal(10, world.Peer.AnswersToUs.Count);
        Assert.DoesNotContain(ExchangeType.Informational, world.Peer.Answered);
    }

    [Fact]
    [Rfc(7296, "2.4", "Who does not answer repeated requests counts as dead, and its SAs are discarded")]
    public void A_dead_peer_loses_the_tunnel_and_is_called_again()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        world.PeerIsSilent = true;
        world.Run(TimeSpan.FromMinutes(4));

        Assert.Contains(world.Output.Of<ConnectionFailed>(), f => f.Failure.Reason == FailureReason.PeerUnreachable);
        Assert.Empty(world.Output.Installed);
        Assert.Single(world.Output.Of<IkeSaClosed>());

        world.PeerIsSilent = false;
        world.RunUntil(() => world.Connection.State == ConnectionState.Established, TimeSpan.FromMinutes(4));
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    [Rfc(7296, "1.4.1", "The Delete of an IKE SA is answered by an empty response")]
    public void Deletion_of_the_IKE_SA_by_the_peer_is_confirmed_and_a_new_one_begun()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        SimulatedPeer peer = world.Peer;
        peer.Request(ExchangeType.Informational, DeletePayload.WriteIke);
        world.Run(Soon);

        Assert.Equal(PayloadType.None, Assert.Single(peer.AnswersToUs).First);
        Assert.Equal(FailureReason.DeletedByPeer, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(world.Output.Installed);
        Assert.Equal(ConnectionState.Waiting, world.Connection.State);

        world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    public void Deletion_of_the_child_by_the_peer_is_confirmed_with_our_SPI_and_a_new_SA_begun()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        SimulatedPeer peer = world.Peer;
        EspSpi ours = world.Output.Installed[0].InboundSpi;
        peer.Request(ExchangeType.Informational, writer => DeletePayload.WriteEsp(writer, [peer.OwnEspSpi]));
        world.Run(Soon);
        Assert.Equal(ConnectionState.Waiting, world.Connection.State);
        Assert.Equal(FailureReason.DeletedByPeer, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);

        world.Run(TimeSpan.FromSeconds(1));

        (PayloadType first, byte[] payloads) = Assert.Single(peer.AnswersToUs);
        Assert.Equal(PayloadType.Delete, first);
        Assert.True(DeletePayload.TryRead(payloads.AsSpan(4), out DeletePayload delete));
        Assert.Equal(ours, delete[0]);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        ChildAssert.HasSameKeys(world);
        Assert.Equal(2, world.Output.Of<IkeSaEstablished>().Count());
    }

    [Fact]
    [Rfc(7296, "1.4.1", "A Delete of an SPI that is not known changes nothing")]
    public void An_unknown_SPI_in_a_Delete_is_passed_over()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        world.Peer.Request(ExchangeType.Informational, writer => DeletePayload.WriteEsp(writer, [new EspSpi(0x7777)]));
        world.Run(Soon);

        Assert.Equal(PayloadType.None, Assert.Single(world.Peer.AnswersToUs).First);
        Assert.Single(world.Output.Installed);
    }

    [Fact]
    public void A_rekey_of_a_child_that_is_not_there_is_said_so_and_replaces_nothing()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));

        NotifyType answer = AskForChild(world, new EspSpi(0x7777));
        world.Run(TimeSpan.FromSeconds(10));

        Assert.Equal(NotifyType.ChildSaNotFound, answer);
        Assert.Single(world.Peers);
        Assert.Single(world.Output.Installed);
    }

    [Fact]
    public void An_unknown_critical_payload_is_refused_by_its_type()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        world.Peer.Request(ExchangeType.Informational, (PayloadType)200, [0, GenericHeader.CriticalBit, 0, 7, 1, 2, 3]);
        world.Run(Soon);

        (_, byte[] payloads) = Assert.Single(world.Peer.AnswersToUs);
        Assert.True(NotifyPayload.TryRead(payloads.AsSpan(4), out NotifyPayload notify));
        Assert.Equal(NotifyType.UnsupportedCriticalPayload, notify.Type);
        Assert.Equal([200], notify.Data.ToArray());
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Theory]
    [InlineData((byte)PayloadType.Nonce, new byte[] { 0, 0, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 })]
    [InlineData((byte)PayloadType.Notify, new byte[] { 0, 0, 0, 200, 0, 0, 64, 0 })]
    [InlineData((byte)PayloadType.Notify, new byte[] { 0, 0, 0, 8, 0, 0, 64, 0, 1 })]
    [Rfc(7296, "2.21.3", "Payloads in the wrong exchange, of a wrong length or with octets left over are malformed")]
    public void A_malformed_request_of_an_authenticated_peer_is_told_and_ends_the_SA(byte first, byte[] payloads)
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        SimulatedPeer peer = world.Peer;
        peer.Request(ExchangeType.Informational, (PayloadType)first, payloads);
        world.Run(Soon);

        Assert.True(NotifyPayload.TryRead(Assert.Single(peer.AnswersToUs).Payloads.AsSpan(4), out NotifyPayload notify));
        Assert.Equal(NotifyType.InvalidSyntax, notify.Type);
        Assert.Empty(world.Output.Installed);
        Assert.Single(world.Output.Of<IkeSaClosed>());
        Assert.Equal(FailureReason.ProtocolViolation, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Equal(1, world.Connection.Drops[DropReason.RuleBroken]);
        // RFC 7296 2.21.3: no Delete, both ends know.
        Assert.False(peer.IsDeleted);

        world.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    public void A_peer_that_finds_us_malformed_has_closed_the_SA_and_so_do_we()
    {
        using World world = new World(peer: new PeerOptions { LivenessError = NotifyType.InvalidSyntax }).Start(TimeSpan.FromSeconds(31));

        Assert.Equal(FailureReason.PeerRefused, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(world.Output.Installed);
    }

    [Fact]
    public void An_unknown_payload_that_is_not_critical_is_skipped()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        world.Peer.Request(ExchangeType.Informational, writer =>
        {
            writer.Begin((PayloadType)200);
            writer.End();
        });
        world.Run(Soon);

        Assert.Equal(PayloadType.None, Assert.Single(world.Peer.AnswersToUs).First);
    }

    [Fact]
    public void A_repeated_request_brings_the_same_answer_and_is_not_carried_out_twice()
    {
        using World world = new();
        byte[]? request = null;
        world.Start(TimeSpan.FromSeconds(1));
        world.Drops = (toPeer, datagram) =>
        {
            if (!toPeer)
                request = datagram;
            return false;
        };
        world.Peer.Request(ExchangeType.Informational, _ => { });
        world.Run(Soon);
        byte[] answer = world.Output.Sent[^1].Message;
        int sent = world.Output.Sent.Count;

        world.Inject(world.Output.Sent[^1].Path, request!);

        Assert.Equal(sent + 1, world.Output.Sent.Count);
        Assert.Equal(answer, world.Output.Sent[^1].Message);
    }

    [Fact]
    public void A_peer_that_rekeys_nothing_gets_a_fresh_SA_before_the_lifetime_ends_make_before_break()
    {
        using World world = new World(configure: c => c with { ChildLifetime = TimeSpan.FromMinutes(10) }).Start(TimeSpan.FromMinutes(7.9));
        Assert.Single(world.Peers);

        world.Run(TimeSpan.FromMinutes(1.3));
        Assert.Equal(2, world.Peers.Count);
        Assert.Equal(["in 1000", "out 1000", "in 1002", "out 1002", "remove 1000"], world.Output.Intents);
        Assert.True(world.Peers.Values.First().IsDeleted);
        Assert.False(world.Peer.IsDeleted);
        Assert.Equal(
            [ConnectionState.Connecting, ConnectionState.Established], world.Output.Of<ConnectionStateChanged>().Select(c => c.State));
    }

    [Fact]
    public void A_replacement_that_fails_leaves_the_old_SA_in_use_until_its_lifetime_ends()
    {
        using World world = new World(configure: c => c with { ChildLifetime = TimeSpan.FromHours(1) }).Start(TimeSpan.FromMinutes(1));
        world.Drops = (toPeer, datagram) => toPeer && datagram[18] == (byte)ExchangeType.IkeSaInit;
        world.Run(TimeSpan.FromMinutes(58.9));

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Single(world.Output.Installed);
        Assert.NotEmpty(world.Output.Of<ConnectionFailed>());
        Assert.All(world.Output.Of<ConnectionFailed>(), failed => Assert.Equal(FailureReason.PeerUnreachable, failed.Failure.Reason));

        world.Run(TimeSpan.FromMinutes(0.2));
        Assert.NotEqual(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Installed);
        Assert.True(world.Peer.IsDeleted);
        Assert.Single(world.Output.Of<ConnectionFailed>(), failed => failed.Failure.Reason == FailureReason.LifetimeExpired);

        world.Drops = (_, _) => false;
        world.RunUntil(() => world.Connection.State == ConnectionState.Established, TimeSpan.FromMinutes(2));
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    [Rfc(7296, "2.8", "An SA is not used any more when its lifetime is over")]
    public void An_SA_whose_lifetime_ends_carries_nothing_even_where_the_peer_does_not_confirm()
    {
        using World world = new World(configure: c => c with
        {
            ChildLifetime = TimeSpan.FromMinutes(2),
            LivenessDelay = TimeSpan.FromHours(1),
        }).Start(TimeSpan.FromMinutes(1));
        world.PeerIsSilent = true;
        world.RunUntil(() => world.Output.Installed.Count == 0, TimeSpan.FromMinutes(2));

        Assert.InRange(world.Now, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2.01));
        Assert.Equal(ConnectionState.Waiting, world.Connection.State);
        Assert.Equal(FailureReason.LifetimeExpired, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
    }

    [Fact]
    public void Closing_removes_the_child_at_once_and_tells_the_peer()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));

        world.Connection.Close(world.Now);

        Assert.Empty(world.Output.Installed);
        Assert.Equal(ConnectionState.Closing, world.Connection.State);
        world.Run(Soon);
        Assert.True(world.Peer.IsDeleted);
        Assert.Equal(ConnectionState.Closed, world.Connection.State);
        Assert.Null(world.Connection.NextDeadline);
    }

    [Fact]
    public void Closing_does_not_wait_for_a_dead_peer_for_long()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        world.PeerIsSilent = true;

        world.Connection.Close(world.Now);
        world.Run(TimeSpan.FromSeconds(30));

        Assert.Equal(ConnectionState.Closed, world.Connection.State);
    }

    [Fact]
    public void Failures_are_followed_by_longer_and_longer_waits()
    {
        using World world = new World(peer: new PeerOptions { InitError = NotifyType.NoProposalChosen }).Start(TimeSpan.FromMinutes(10));

        List<double> waits = [.. world.Output.Of<ConnectionFailed>().Select(f => f.RetryIn!.Value.TotalSeconds)];
        double[] planned = [1, 2, 4, 8, 16, 32, 60, 60];
        Assert.All(waits.Zip(planned), pair => Assert.InRange(pair.First, pair.Second * 0.9, pair.Second));
        Assert.True(waits.Count >= planned.Length);
    }

    [Theory]
    [InlineData("ike")]
    [InlineData("child")]
    public void A_peer_that_ends_each_SA_as_soon_as_it_is_up_is_called_less_and_less_often(string what)
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        List<double> waits = [];
        for (int i = 0; i < 8; i++)
            waits.Add(UntilNextAttempt(world, what).TotalSeconds);

        double[] planned = [1, 2, 4, 8, 16, 32, 60, 60];
        Assert.All(waits.Zip(planned), pair => Assert.InRange(pair.First, pair.Second * 0.9, pair.Second));

        world.Run(TimeSpan.FromSeconds(62));
        Assert.InRange(UntilNextAttempt(world, what).TotalSeconds, 0, 1);
    }

    [Fact]
    public void Fresh_keys_that_the_data_plane_asks_for_come_make_before_break_and_once()
    {
        using World world = new World().Start(TimeSpan.FromMinutes(2));
        for (int i = 0; i < 3; i++)
        {
            world.Connection.Renew(world.Now);
            world.Run(TimeSpan.FromMilliseconds(25));
        }

        world.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, world.Peers.Count);
        Assert.Equal(["in 1000", "out 1000", "in 1001", "out 1001", "remove 1000"], world.Output.Intents);
    }

    [Theory]
    [InlineData("time")]
    [InlineData("ike")]
    [InlineData("child")]
    public void A_new_SA_may_have_to_receive_for_a_while_before_it_carries_our_traffic(string endOfTheOld)
    {
        using World world = new World(configure: c => c with { SuccessorDelay = TimeSpan.FromMinutes(2) }).Start(TimeSpan.FromMinutes(2));
        SimulatedPeer old = world.Peer;
        world.Connection.Renew(world.Now);
        world.Run(TimeSpan.FromMinutes(1.5));
        world.Connection.Renew(world.Now);
        world.Run(TimeSpan.FromMinutes(0.4));
        Assert.Equal(["in 1000", "out 1000", "in 1001"], world.Output.Intents);
        Assert.False(old.IsDeleted);

        if (endOfTheOld == "ike")
            old.Request(ExchangeType.Informational, DeletePayload.WriteIke);
        else if (endOfTheOld == "child")
            old.Request(ExchangeType.Informational, writer => DeletePayload.WriteEsp(writer, [old.OwnEspSpi]));
        world.Run(endOfTheOld == "time" ? TimeSpan.FromMinutes(0.2) : Soon);
        Assert.Equal(["in 1000", "in 1001", "out 1000", "out 1001", "remove 1000"], world.Output.Intents.Order(StringComparer.Ordinal));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Of<ConnectionFailed>());
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    public void A_successor_that_is_lost_while_it_waits_takes_nothing_along()
    {
        using World world = new World(configure: c => c with { SuccessorDelay = TimeSpan.FromMinutes(2) }).Start(TimeSpan.FromMinutes(2));
        world.Connection.Renew(world.Now);
        world.Run(TimeSpan.FromSeconds(1));
        world.Peer.Request(ExchangeType.Informational, DeletePayload.WriteIke);
        world.Run(TimeSpan.FromSeconds(3));

        Assert.Equal(["in 1000", "out 1000", "in 1001", "remove 1001", "in 1002"], world.Output.Intents);
        Assert.Equal([true, false, false], world.Peers.Values.Select(peer => peer.SawInitialContact));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Fact]
    public void An_SA_that_waits_for_its_successor_does_not_outlive_its_lifetime()
    {
        using World world = new World(configure: c => c with
        {
            ChildLifetime = TimeSpan.FromMinutes(10),
            SuccessorDelay = TimeSpan.FromMinutes(5),
        }).Start(TimeSpan.FromMinutes(9.9));
        Assert.Equal(["in 1000", "out 1000", "in 1002"], world.Output.Intents);

        world.Run(TimeSpan.FromMinutes(0.2));
        Assert.Equal(["in 1000", "out 1000", "in 1002", "out 1002", "remove 1000"], world.Output.Intents);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Fact]
    public void Fresh_keys_are_tried_for_again_while_the_old_ones_live()
    {
        using World world = new World().Start(TimeSpan.FromMinutes(2));
        world.Drops = (toPeer, datagram) => toPeer && datagram[18] == (byte)ExchangeType.IkeSaInit;
        world.Connection.Renew(world.Now);
        world.Run(TimeSpan.FromSeconds(165.5));
        world.Connection.Renew(world.Now);
        Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(2, InitiatorsOf(world));

        world.Drops = (_, _) => false;
        world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(3, InitiatorsOf(world));
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    public void Asking_for_fresh_keys_where_nothing_is_up_does_nothing()
    {
        using World world = new() { PeerIsSilent = true };
        world.Connection.Renew(world.Now);
        Assert.Empty(world.Output.Sent);

        world.Connection.Start(world.Now);
        world.Connection.Renew(world.Now);
        Assert.Single(world.Output.Sent);
    }

    [Fact]
    public void SPIs_say_whose_message_it_is()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        IkeSaEstablished up = Assert.Single(world.Output.Of<IkeSaEstablished>());

        Assert.True(world.Connection.Owns(up.InitiatorSpi, up.ResponderSpi));
        Assert.False(world.Connection.Owns(up.InitiatorSpi, new IkeSpi(1)));
        Assert.False(world.Connection.Owns(new IkeSpi(1), up.ResponderSpi));
    }

    private static int InitiatorsOf(World world) => world.Output.Sent.DistinctBy(sent => Convert.ToHexString(sent.Message, 0, 8)).Count();

    /// <summary>Has the peer end the SA that is up in one of its ways.</summary>
    /// <returns>How long it takes until the next IKE SA is begun.</returns>
    private static TimeSpan UntilNextAttempt(World world, string what)
    {
        int before = InitiatorsOf(world);
        world.RunUntil(() => world.Output.Of<IkeSaEstablished>().Count() == before, TimeSpan.FromSeconds(1));
        SimulatedPeer peer = world.Peer;
        if (what == "ike")
            peer.Request(ExchangeType.Informational, DeletePayload.WriteIke);
        else
            peer.Request(ExchangeType.Informational, writer => DeletePayload.WriteEsp(writer, [peer.OwnEspSpi]));
        world.RunUntil(() => peer.AnswersToUs.Count > 0, Soon);
        TimeSpan ended = world.Now - TimeSpan.FromMilliseconds(10);
        world.RunUntil(() => InitiatorsOf(world) > before, TimeSpan.FromMinutes(2));
        return world.Now - ended;
    }

    /// <summary>The peer's CREATE_CHILD_SA, for a new child or in place of the one that it receives by <paramref name="rekeyed"/>.</summary>
    /// <returns>The error that answers it.</returns>
    private static NotifyType AskForChild(World world, EspSpi? rekeyed)
    {
        world.Peer.Request(ExchangeType.CreateChildSa, writer =>
        {
            byte[] spi = new byte[EspSpi.Length];
            BinaryPrimitives.WriteUInt32BigEndian(spi, rekeyed?.Value ?? 0);
            if (rekeyed is not null)
                NotifyPayload.Write(writer, NotifyType.RekeySa, protocol: ProtocolId.Esp, spi: spi);
            SaPayload.Write(writer, ProtocolId.Esp, [1, 2, 3, 4], [world.Config.EspProposals[0].Transforms]);
            NoncePayload.Write(writer, new byte[32]);
        });
        List<(PayloadType First, byte[] Payloads)> answers = world.Peer.AnswersToUs;
        world.RunUntil(() => answers.Count > 0, Soon);

        (PayloadType first, byte[] payloads) = Assert.Single(answers);
        Assert.Equal(PayloadType.Notify, first);
        Assert.True(NotifyPayload.TryRead(payloads.AsSpan(4), out NotifyPayload notify));
        if (notify.Type == NotifyType.ChildSaNotFound)
            Assert.Equal((ProtocolId.Esp, rekeyed!.Value.Value), (notify.Protocol, BinaryPrimitives.ReadUInt32BigEndian(notify.Spi)));
        return notify.Type;
    }
}
