using System.Net;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Responding;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Mobility;

/// <summary>A gateway that sends its peers to another one (RFC 5685).</summary>
public sealed class RedirectTests
{
    private static readonly IPAddress Other = IPAddress.Parse("198.51.100.99");
    private static readonly byte[] OldGateway = [1, 4, 198, 51, 100, 7];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rfc(5685, "5", "The next gateway is told who sent us, by REDIRECTED_FROM")]
    [Rfc(5685, "6", "A REDIRECT in IKE_AUTH is followed too, and the IKE SA there deleted")]
    public void The_tunnel_comes_up_at_the_gateway_that_we_are_sent_to(bool inAuth)
    {
        using World world = Start(new PeerOptions { RedirectTo = Other, RedirectsInAuth = inAuth });
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Equal(Other, Assert.Single(world.Output.Of<PeerRedirected>()).To);
        Assert.Equal(Other, Assert.Single(world.Output.Of<IkeSaEstablished>()).Path.Remote.Address);
        Assert.Equal(OldGateway, world.Peer.RedirectedFrom);
        Assert.Equal(inAuth, world.Peers.Values.First().IsDeleted);
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    [Rfc(5685, "5", "A REDIRECT in INFORMATIONAL is answered and followed")]
    public void A_gateway_that_closes_sends_us_away_and_the_old_SA_carries_on_until_the_new_one_is_up()
    {
        using World world = Start(new PeerOptions());
        world.Peer.Request(ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.Redirect, SimulatedPeer.Redirect(Other)));
        world.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(Other, world.Output.Of<IkeSaEstablished>().Last().Path.Remote.Address);
        Assert.Equal(OldGateway, world.Peer.RedirectedFrom);
        Assert.DoesNotContain(world.Output.Of<ConnectionStateChanged>(), change => change.State == ConnectionState.Waiting);
        Assert.True(world.Peers.Values.First().IsDeleted);
        ChildAssert.HasSameKeys(world);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gateway_that_is_named_and_not_addressed_is_refused_in_a_sentence(bool inAuth)
    {
        using World world = Start(
            new PeerOptions { RedirectTo = Other, RedirectToName = "gw2.test\n.example", RedirectsInAuth = inAuth, RedirectsAlways = true }, seconds: 0.5);
        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.Redirected, failed.Failure.Reason);
        Assert.Contains("sends us to \"gw2.test?.example\", a name", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Output.Of<PeerRedirected>());
        Assert.Equal(inAuth, world.Peers.Values.First().IsDeleted);
    }

    [Fact]
    public void A_gateway_of_the_other_IP_version_is_refused_in_a_sentence()
    {
        using World world = Start(new PeerOptions { RedirectTo = IPAddress.Parse("2001:db8::9"), RedirectsAlways = true }, seconds: 0.5);
        Assert.Contains("the other IP version", Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rfc(5685, "4", "A loop of redirects is left")]
    public void Gateways_that_send_us_round_are_left_after_five_times()
    {
        using World world = Start(new PeerOptions { RedirectTo = Other, RedirectsAlways = true });
        Assert.Equal(5, world.Output.Of<PeerRedirected>().Count());
        ConnectionFailed failed = world.Output.Of<ConnectionFailed>().First();
        Assert.Equal(FailureReason.Redirected, failed.Failure.Reason);
        Assert.NotNull(failed.RetryIn);
        Assert.Equal(world.Config.RemoteAddresses[0], world.Output.Sent[^1].Path.Remote.Address);
    }

    [Fact]
    [Rfc(5685, "3", "A REDIRECT without our nonce is not followed")]
    public void Who_does_not_know_our_nonce_sends_us_nowhere()
    {
        using World world = Start(new PeerOptions { RedirectTo = Other, RedirectForgesNonce = true });
        Assert.Empty(world.Output.Of<PeerRedirected>());
        Assert.Equal(world.Config.RemoteAddresses[0], Assert.Single(world.Output.Of<IkeSaEstablished>()).Path.Remote.Address);
    }

    [Fact]
    public void A_peer_that_has_moved_since_we_were_sent_to_it_is_found_where_it_is()
    {
        IPAddress there = IPAddress.Parse("198.51.100.77");
        using var duet = new Duet(
            left: c => c with { Mobike = true, FollowRedirects = true, RemoteAddresses = [Other] }, right: c => c with { Mobike = true });
        duet.Right.Start(duet.Now);
        duet.Left.Start(duet.Now);
        (PeerPath path, byte[] request) = duet.Left.Output.Sent[0];
        Assert.Equal(ParseError.None, IkeHeader.TryRead(request, out IkeHeader header));
        byte[] redirect = StrangerAnswer.Write(header, NotifyType.Redirect, [.. OldGateway, .. duet.Left.Connection.Newest!.Handshake.Ni]);
        duet.Left.Endpoint.Receive(duet.Now, path, redirect);
        duet.Run(TimeSpan.FromMinutes(2));
        duet.Right.Address = there;
        Assert.True(duet.Right.Connection.TryMoveTo(duet.Now, new IPEndPoint(there, PeerPath.NatTraversalPort)));
        duet.Run(TimeSpan.FromMinutes(1));
        duet.Left.Connection.Renew(duet.Now);
        duet.Run(TimeSpan.FromSeconds(10));

        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
        Assert.Equal(there, duet.Left.Output.Of<IkeSaEstablished>().Last().Path.Remote.Address);
        duet.AssertAgreement();
    }

    [Fact]
    public void Without_leave_to_follow_nothing_is_said_of_it_and_nothing_followed()
    {
        using var world = new World(peer: new PeerOptions { RedirectTo = Other });
        world.Start();
        world.Peer.Request(ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.Redirect, SimulatedPeer.Redirect(Other)));
        world.Run(TimeSpan.FromSeconds(10));
        Assert.Empty(world.Output.Of<PeerRedirected>());
        Assert.Single(world.Output.Of<IkeSaEstablished>());
    }

    private static World Start(PeerOptions peer, double seconds = 10) =>
        new World(peer: peer, configure: config => config with { FollowRedirects = true }).Start(TimeSpan.FromSeconds(seconds));
}
