using System.Net;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Mobility;

/// <summary>RFC 4555, our two ends against each other.</summary>
public sealed class MobikeTests
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.77");
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    [Fact]
    public void An_initiator_that_moves_takes_the_SAs_along()
    {
        using Duet duet = Pair();
        Assert.True(Move(duet, duet.Left, Elsewhere));
        duet.Run(Moment);

        duet.AssertAgreement();
        PathChanged left = Assert.Single(duet.Left.Output.Of<PathChanged>()), right = Assert.Single(duet.Right.Output.Of<PathChanged>());
        Assert.Equal((Elsewhere, 4500), (left.To.Local.Address, left.To.Local.Port));
        Assert.Equal(new PeerPath(left.To.Remote, left.To.Local), right.To);
        Assert.Equal($"move 1000 to {Elsewhere}:4500", duet.Right.Output.Intents[^1]);
        Assert.Empty(duet.Left.Output.Of<ConnectionFailed>());

        duet.Run(TimeSpan.FromMinutes(5));                               // Both ask for signs of life over the new path.
        Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.Empty(duet.Left.Output.Of<RequestRepeated>());
    }

    [Fact]
    [Rfc(4555, "3.6", "A responder that moves tells its addresses, and the initiator decides")]
    public void A_responder_that_moves_tells_the_initiator_who_takes_the_SAs_there()
    {
        using Duet duet = Pair();
        IPAddress there = IPAddress.Parse("198.51.100.77");
        Assert.True(Move(duet, duet.Right, there));
        duet.Run(TimeSpan.FromSeconds(5));

        duet.AssertAgreement();
        Assert.Equal(there, Assert.Single(duet.Left.Output.Of<PathChanged>()).To.Remote.Address);
        Assert.Equal(there, Assert.Single(duet.Right.Output.Of<PathChanged>()).To.Local.Address);
        Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
    }

    [Fact]
    [Rfc(4555, "3.7", "Return routability is checked before the children's packets follow")]
    public void The_responders_packets_follow_only_when_the_initiator_has_shown_that_it_receives_there()
    {
        using Duet duet = Pair();
        // A liar: what is sent to the address that it claims does not arrive. Its own packets do.
        duet.DropsPath = (toRight, path) => !toRight && path.Remote.Address.Equals(Elsewhere);
        Move(duet, duet.Left, Elsewhere);
        duet.Run(TimeSpan.FromSeconds(20));
        Assert.Contains(duet.Right.Output.Sent, sent => sent.Path.Remote.Address.Equals(Elsewhere));
        Assert.Empty(duet.Right.Output.Of<PathChanged>());
        Assert.DoesNotContain(duet.Right.Output.Intents, intent => intent.StartsWith("move", StringComparison.Ordinal));
    }

    [Fact]
    public void An_IKE_SA_that_was_rekeyed_by_the_responder_still_moves_with_its_initiator()
    {
        using Duet duet = Pair();
        duet.Right.Connection.RekeyIke(duet.Now);
        duet.Run(Moment);
        Assert.Equal(2, duet.Left.Connection.Newest!.Succession.Generation + 1);
        Assert.True(Move(duet, duet.Left, Elsewhere));
        duet.Run(TimeSpan.FromSeconds(5));
        duet.AssertAgreement();
        Assert.Equal(Elsewhere, duet.Right.Output.Of<PathChanged>().Last().To.Remote.Address);
        Assert.Empty(duet.Left.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void A_move_while_another_is_under_way_ends_at_the_last_address()
    {
        using Duet duet = Pair();
        Move(duet, duet.Left, Elsewhere);
        Move(duet, duet.Left, IPAddress.Parse("192.0.2.78"));
        duet.Run(TimeSpan.FromSeconds(10));
        duet.AssertAgreement();
        Assert.Equal("192.0.2.78", duet.Right.Output.Of<PathChanged>().Last().To.Remote.Address.ToString());
        Assert.Equal("192.0.2.78", duet.Left.Output.Of<PathChanged>().Last().To.Local.Address.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Moves_of_both_ends_over_a_bad_path_end_in_agreement(int seed)
    {
        using Duet duet = Pair(seed: seed);
        duet.Loss = 0.3;
        duet.Duplication = 0.3;
        duet.Jitter = TimeSpan.FromMilliseconds(50);
        Move(duet, duet.Left, Elsewhere);
        // Ends that move at the same time, to where the other does not know, are beyond MOBIKE (RFC 4555 1.2): one after the other.
        duet.RunUntil(() => duet.Right.Output.Of<PathChanged>().Any() && duet.Left.Output.Of<PathChanged>().Any(), TimeSpan.FromMinutes(2));
        Move(duet, duet.Right, IPAddress.Parse("198.51.100.77"));
        duet.Run(TimeSpan.FromMinutes(1));
        duet.Loss = 0;
        duet.Run(TimeSpan.FromMinutes(1));
        duet.AssertAgreement();
        Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        PeerPath left = duet.Left.Output.Of<PathChanged>().Last().To;
        Assert.Equal(new PeerPath(left.Remote, left.Local), duet.Right.Output.Of<PathChanged>().Last().To);
    }

    [Fact]
    public void A_NAT_that_changes_its_mapping_is_noticed_by_the_end_behind_it()
    {
        using Duet duet = Pair(nat: true);
        duet.NatPortShift = 30000;
        duet.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(34500, Assert.Single(duet.Right.Output.Of<PathChanged>()).To.Remote.Port);
        Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        duet.AssertAgreement();
    }

    [Fact]
    [Rfc(4555, "3.4", "Further addresses are told in IKE_AUTH, and tried where one dies")]
    public void A_peer_whose_address_dies_is_found_at_another_that_it_had_told()
    {
        IPAddress second = IPAddress.Parse("198.51.100.8");
        using Duet duet = Pair(right: config => config with { AdditionalAddresses = [second] });
        duet.Right.MoreAddresses = [second];
        duet.DropsPath = (toRight, path) => !(toRight ? path.Remote : path.Local).Address.Equals(second);
        duet.Run(TimeSpan.FromMinutes(3));

        Assert.Equal(second, Assert.Single(duet.Left.Output.Of<PathChanged>()).To.Remote.Address);
        Assert.Equal(second, Assert.Single(duet.Right.Output.Of<PathChanged>()).To.Local.Address);
        Assert.Single(duet.Right.Output.Of<IkeSaEstablished>());
        duet.AssertAgreement();
    }

    [Fact]
    public void A_peer_that_begins_anew_finds_us_where_we_have_moved_to()
    {
        IPAddress there = IPAddress.Parse("198.51.100.77");
        using Duet duet = Pair(left: config => config with { RemoteAddresses = [.. config.RemoteAddresses, there] });
        Assert.True(Move(duet, duet.Right, there));
        duet.Run(TimeSpan.FromSeconds(5));
        duet.Left.Restart(duet.Now);
        duet.Run(TimeSpan.FromMinutes(4));                               // It tries the first address in vain.
        duet.AssertAgreement();
        Assert.Equal(there, duet.Left.Output.Of<IkeSaEstablished>().Last().Path.Remote.Address);
    }

    [Fact]
    public void A_new_IKE_SA_is_begun_where_the_peer_has_moved_to()
    {
        using Duet duet = Pair();
        Assert.True(Move(duet, duet.Left, Elsewhere));
        duet.Run(TimeSpan.FromMinutes(2));
        duet.Right.Connection.Renew(duet.Now);
        duet.Run(TimeSpan.FromMinutes(1));
        duet.AssertAgreement();
        IkeSaEstablished last = duet.Right.Output.Of<IkeSaEstablished>().Last();
        Assert.Equal((true, Elsewhere), (last.IsInitiator, last.Path.Remote.Address));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Where_one_end_has_no_MOBIKE_the_move_needs_a_new_connection(bool left, bool right)
    {
        using Duet duet = new Duet(left: c => c with { Mobike = left }, right: c => c with { Mobike = right }).Start();
        Assert.False(Move(duet, duet.Left, Elsewhere));
        duet.Run(Moment);
        Assert.Empty(duet.Right.Output.Of<PathChanged>());
    }

    [Fact]
    [Rfc(4555, "3.3", "With MOBIKE the initiator uses port 4500 also without a NAT")]
    public void With_MOBIKE_everything_after_IKE_SA_INIT_runs_on_the_shared_ports_even_without_a_NAT()
    {
        using Duet duet = Pair();
        Assert.All(duet.Left.Output.Sent.Skip(1), sent => Assert.Equal((4500, 4500), (sent.Path.Local.Port, sent.Path.Remote.Port)));
        Assert.All(duet.Left.Output.Installed, child => Assert.False(child.UdpEncapsulation));
    }

    [Fact]
    [Rfc(4555, "3.8", "ESP from elsewhere moves nothing by itself")]
    public void With_MOBIKE_a_message_from_elsewhere_moves_nothing_by_itself()
    {
        using Duet duet = Pair(nat: true);
        duet.Right.Connection.PeerMoved(
            duet.Right.Output.Installed[0].InboundSpi,
            duet.Right.Output.Installed[0].Path with { Remote = new IPEndPoint(IPAddress.Parse("203.0.113.9"), 1) });
        Assert.Empty(duet.Right.Output.Of<PathChanged>());
    }

    [Fact]
    public void A_responder_that_moves_while_it_rekeys_the_IKE_SA_tells_so_on_the_new_one()
    {
        using Duet duet = Pair();
        IPAddress there = IPAddress.Parse("198.51.100.77");
        duet.Right.Connection.RekeyIke(duet.Now);
        Assert.True(Move(duet, duet.Right, there));
        duet.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(there, Assert.Single(duet.Left.Output.Of<PathChanged>()).To.Remote.Address);
        duet.AssertAgreement();
    }

    [Fact]
    public void A_move_during_a_rekey_of_the_IKE_SA_takes_the_children_along_whoever_has_them()
    {
        for (int milliseconds = 0; milliseconds <= 80; milliseconds += 4)
        {
            using Duet duet = Pair();
            Assert.True(Move(duet, duet.Left, Elsewhere));
            duet.Run(TimeSpan.FromMilliseconds(milliseconds));
            duet.Right.Connection.RekeyIke(duet.Now);
            duet.Run(TimeSpan.FromSeconds(20));
            Assert.Contains($"move 1000 to {Elsewhere}:4500", duet.Right.Output.Intents);
            duet.AssertAgreement();
        }
    }

    [Fact]
    public void A_peer_behind_a_NAT_that_maps_it_anew_is_followed_where_the_IKE_SA_is_ours()
    {
        using Duet duet = Pair(nat: true);
        duet.Run(TimeSpan.FromMinutes(2));
        duet.Right.Connection.Renew(duet.Now);
        duet.Run(TimeSpan.FromMinutes(1));
        Assert.True(duet.Right.Output.Of<IkeSaEstablished>().Last().IsInitiator);
        duet.NatPortShift = 30000;
        duet.Run(TimeSpan.FromMinutes(2));
        Assert.Equal(34500, Assert.Single(duet.Right.Output.Of<PathChanged>()).To.Remote.Port);
        Assert.Equal(2, duet.Right.Output.Of<IkeSaEstablished>().Count());
        duet.AssertAgreement();
    }

    private static Duet Pair(
        int seed = 1,
        bool nat = false,
        Func<ConnectionConfig, ConnectionConfig>? right = null,
        Func<ConnectionConfig, ConnectionConfig>? left = null)
    {
        var duet = new Duet(
            seed,
            left: config => (left ?? (c => c))(config with { Mobike = true }),
            right: config => (right ?? (c => c))(config with { Mobike = true, RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")] }));
        if (nat)
            duet.NatAddress = IPAddress.Parse("203.0.113.9");
        duet.Start(Moment);
        duet.AssertAgreement();
        return duet;
    }

    /// <summary>Gives a host another address, and tells its connection.</summary>
    private static bool Move(Duet duet, Host host, IPAddress address)
    {
        host.Address = address;
        return host.Connection.TryMoveTo(duet.Now, new IPEndPoint(address, PeerPath.NatTraversalPort));
    }
}
