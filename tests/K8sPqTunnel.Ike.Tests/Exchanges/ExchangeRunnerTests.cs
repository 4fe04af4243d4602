using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class ExchangeRunnerTests
{
    [Fact]
    [Rfc(7296, "2.4", "Retransmissions go on over several minutes, further and further apart")]
    public void An_unanswered_request_is_repeated_octet_by_octet_at_the_planned_times_and_then_given_up()
    {
        using World world = new() { PeerIsSilent = true };
        List<TimeSpan> at = [];
        world.Output.Wire = (_, _) => at.Add(world.Now);
        world.Start(TimeSpan.FromSeconds(164));

        // strongSwan's plan: 4.0 s growing by 1.8, five repeats.
        double[] expected = [0, 4, 11.2, 24.16, 47.488, 89.4784];
        Assert.Equal(expected.Length, at.Count);
        Assert.All(at.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.TotalSeconds, tolerance: 0.001));
        Assert.All(world.Output.Sent, sent => Assert.Equal(world.Output.Sent[0].Message, sent.Message));
        Assert.Empty(world.Output.Of<ConnectionFailed>());

        world.Run(TimeSpan.FromSeconds(2));
        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.PeerUnreachable, failed.Failure.Reason);
        Assert.Equal([1, 2, 3, 4, 5], world.Output.Of<RequestRepeated>().Select(r => r.Repeats));
    }

    [Fact]
    public void Addresses_are_tried_in_order()
    {
        using World world = new(configure: c => c with
        {
            RemoteAddresses = [System.Net.IPAddress.Parse("198.51.100.7"), System.Net.IPAddress.Parse("198.51.100.8")],
            Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(1), 1, 1),
        });
        world.Drops = (_, datagram) => true;
        world.Start(TimeSpan.FromSeconds(15));

        Assert.Equal(
            ["198.51.100.7", "198.51.100.8", "198.51.100.7"],
            world.Output.Sent.DistinctBy(s => Convert.ToHexString(s.Message, 0, 8)).Select(s => s.Path.Remote.Address.ToString()).Take(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_lost_answer_is_sent_again_by_a_peer_that_has_it(uint messageId)
    {
        bool lost = false;
        using World world = new();
        world.Drops = (toPeer, datagram) =>
        {
            bool drop = !toPeer && !lost && datagram[23] == messageId - 1;
            lost |= drop;
            return drop;
        };
        world.Start(TimeSpan.FromSeconds(20));

        Assert.True(lost);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Equal(1, Assert.Single(world.Output.Of<RequestRepeated>()).Repeats);
    }

    [Fact]
    public void Answers_that_come_twice_are_dropped_and_counted()
    {
        using World world = new() { Duplication = 1 };
        world.Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.True(world.Connection.Drops[DropReason.Unexpected] >= 3);
        Assert.Single(world.Output.Of<ChildUp>());
    }

    [Fact]
    public void Every_seed_of_loss_duplication_and_reordering_ends_with_one_tunnel()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            using World world = new(
                seed,
                new PeerOptions { FragmentIpSize = 576, CookieRounds = seed % 2 },
                c => c with
                {
                    IkeProposals = [Proposals.Parse("20/256 prf6 x25519 mlkem768 mlkem1024")],
                    FragmentIpSize = 576,
                    Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(1), 1.2, 8),
                })
            {
                Loss = 0.15,
                Duplication = 0.2,
                Jitter = TimeSpan.FromMilliseconds(300),
            };
            world.Connection.Start(TimeSpan.Zero);
            world.RunUntil(() => world.Connection.State == ConnectionState.Established, TimeSpan.FromMinutes(3));

            ChildAssert.HasSameKeys(world);
        }
    }

    [Theory]
    [InlineData(576, 4)]
    [InlineData(1280, 2)]
    public void Long_messages_are_cut_to_the_configured_size_both_ways(int size, int largest)
    {
        using World world = new World(
            peer: new PeerOptions { FragmentIpSize = size },
            configure: c => c with { FragmentIpSize = size, IkeProposals = [Proposals.Parse("20/256 prf6 ecp384 mlkem1024")] }).Start();

        IkeSaEstablished up = Assert.Single(world.Output.Of<IkeSaEstablished>());
        Assert.True(up.Fragmentation);
        Assert.Equal(largest, up.LargestFragmentCount);
        Assert.All(world.Output.Sent, sent => Assert.True(sent.Message.Length + 28 <= size));
    }

    [Fact]
    [Rfc(7383, "2.3", "An initiator does not fragment where the responder has not announced it")]
    public void A_peer_without_fragmentation_gets_long_messages_in_one_piece()
    {
        PeerOptions without = new() { SupportsFragmentation = false };
        using World world = new World(peer: without, configure: c => c with { FragmentIpSize = 576 }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Contains(world.Output.Sent, sent => sent.Message.Length > 1200);
    }

    [Fact]
    public void Messages_without_the_right_key_are_dropped_and_counted()
    {
        using World world = new World().Start();
        (PeerPath path, byte[] message) = world.Output.Sent[^1];
        byte[] forged = [.. message];
        // A request of the peer's: message ID 0, no flags, INFORMATIONAL.
        forged[18] = (byte)ExchangeType.Informational;
        forged[19] = 0;
        forged[23] = 0;

        world.Inject(path, forged);

        Assert.Equal(1, world.Connection.Drops[DropReason.NotAuthentic]);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Theory]
    [InlineData(36)]
    [InlineData(37)]
    [InlineData(44)]
    [Rfc(7296, "1.4", "Nothing but the handshake is read before both ends are authenticated")]
    public void Nothing_but_the_handshake_is_read_before_both_ends_are_authenticated(byte exchange)
    {
        // CVE-2026-78135: CREATE_CHILD_SA before IKE_AUTH was over.
        using World world = new();
        world.Drops = (toPeer, datagram) => toPeer && datagram[18] == (byte)ExchangeType.IkeAuth;
        world.Start(TimeSpan.FromSeconds(1));
        int sent = world.Output.Sent.Count;
        world.Peer.Request((ExchangeType)exchange, writer => NotifyPayload.Write(writer, NotifyType.InitialContact));
        world.Run(TimeSpan.FromSeconds(0.1));

        Assert.Equal(sent, world.Output.Sent.Count);
        Assert.Equal(1, world.Connection.Drops[DropReason.Unexpected]);
    }

    [Fact]
    [Rfc(7296, "3.1", "A message of our own that is thrown back is not taken for the peer's")]
    public void Our_own_messages_thrown_back_at_us_are_none_of_the_peers()
    {
        using World world = new World().Start();
        foreach ((PeerPath path, byte[] message) in world.Output.Sent.ToArray())
            world.Inject(path, message);

        Assert.Equal(world.Output.Sent.Count, world.Connection.Drops[DropReason.NotOurs]);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Fact]
    public void A_recording_of_the_peer_is_no_sign_of_life()
    {
        byte[]? request = null;
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        world.Drops = (toPeer, datagram) =>
        {
            request ??= toPeer ? null : datagram;
            return false;
        };
        world.Peer.Request(ExchangeType.Informational, _ => { });
        world.Run(TimeSpan.FromSeconds(1));
        world.PeerIsSilent = true;
        for (int i = 0; i < 300; i++)
        {
            world.Inject(world.Output.Sent[0].Path, request!);
            world.Run(TimeSpan.FromSeconds(1));
        }

        Assert.Contains(world.Output.Of<ConnectionFailed>(), f => f.Failure.Reason == FailureReason.PeerUnreachable);
    }
}
