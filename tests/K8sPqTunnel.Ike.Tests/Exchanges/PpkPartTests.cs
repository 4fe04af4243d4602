using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class PpkPartTests
{
    /// <summary>Long enough for an attempt, too short for the next.</summary>
    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(0.5);

    [Theory]
    [InlineData(PpkUse.InAuth, true)]
    [InlineData(PpkUse.InAuth, false)]
    [InlineData(PpkUse.InIntermediate, true)]
    [InlineData(PpkUse.InIntermediate, false)]
    internal void A_postquantum_preshared_key_of_both_ends_is_in_the_childs_keys(PpkUse use, bool required)
    {
        using World world = With(new PeerOptions { PpkUse = use }, Known(required)).Start();

        Assert.Equal("ppk-1", Assert.Single(world.Output.Of<IkeSaEstablished>()).PostquantumKey);
        ChildAssert.HasSameKeys(world);
    }

    [Theory]
    [InlineData("20/256 prf6 ecp384", 1)]
    [InlineData("20/256 prf6 ecp384 mlkem768", 1)]
    [InlineData("20/256 prf6 ecp384 mlkem768 x25519", 2)]
    public void It_goes_with_the_last_IKE_INTERMEDIATE_or_alone(string proposal, int rounds)
    {
        using World world = new World(peer: new PeerOptions { PpkUse = PpkUse.InIntermediate }, configure: c => c with
        {
            PostquantumKeys = [Known()],
            IkeProposals = [Proposals.Parse(proposal)],
            QuantumPolicy = QuantumPolicy.Preferred,
        }).Start();

        Assert.Equal("ppk-1", Assert.Single(world.Output.Of<IkeSaEstablished>()).PostquantumKey);
        Assert.Equal(rounds, world.Peer.Answered.Count(exchange => exchange == ExchangeType.IkeIntermediate));
        ChildAssert.HasSameKeys(world);
    }

    [Theory]
    [InlineData(PpkUse.None)]
    [InlineData(PpkUse.InAuth)]
    [InlineData(PpkUse.InIntermediate)]
    internal void An_optional_key_that_the_peer_lacks_is_left_out(PpkUse use)
    {
        using World world = With(new PeerOptions { PpkUse = use, PpkId = "another" }, Known(required: false)).Start();

        Assert.Null(Assert.Single(world.Output.Of<IkeSaEstablished>()).PostquantumKey);
        ChildAssert.HasSameKeys(world);
    }

    [Theory]
    [InlineData(PpkUse.None, FailureReason.PostquantumKeyMissing)]
    [InlineData(PpkUse.InAuth, FailureReason.AuthenticationFailed)]
    [InlineData(PpkUse.InIntermediate, FailureReason.PostquantumKeyMissing)]
    internal void A_required_key_that_the_peer_lacks_stops_the_tunnel_with_its_name(PpkUse use, FailureReason reason)
    {
        using World world = With(new PeerOptions { PpkUse = use, PpkId = "another" }, Known()).Start(TimeSpan.FromSeconds(2.5));

        ConnectionFailed failed = world.Output.Of<ConnectionFailed>().First();
        Assert.Equal(reason, failed.Failure.Reason);
        Assert.Contains("\"ppk-1\"", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Output.Installed);
        Assert.All(world.Peers.Values, peer => Assert.False(peer.IsEstablished));
    }

    [Theory]
    [InlineData(PpkUse.InAuth, FailureReason.AuthenticationFailed)]
    [InlineData(PpkUse.InIntermediate, FailureReason.PostquantumKeyMissing)]
    internal void A_wrong_secret_under_the_right_ID_is_found_out(PpkUse use, FailureReason reason)
    {
        PostquantumKey wrong = new("ppk-1", new Secret("another secret"u8));
        using World world = With(new PeerOptions { PpkUse = use }, wrong).Start(Briefly);

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(reason, failed.Failure.Reason);
        Assert.Contains("\"ppk-1\"", failed.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another secret", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Output.Installed);
    }

    [Fact]
    public void Of_several_keys_the_peer_takes_the_one_that_it_has()
    {
        PostquantumKey other = new("ppk-0", new Secret("not the peer's"u8));
        using World world = With(new PeerOptions { PpkUse = PpkUse.InIntermediate }, other, Known()).Start();

        Assert.Equal("ppk-1", Assert.Single(world.Output.Of<IkeSaEstablished>()).PostquantumKey);
    }

    [Fact]
    public void A_peer_that_names_a_key_unasked_is_not_followed()
    {
        using World world = new World(peer: new PeerOptions { PpkUse = PpkUse.InAuth }).Start();

        Assert.Null(Assert.Single(world.Output.Of<IkeSaEstablished>()).PostquantumKey);
    }

    private static World With(PeerOptions peer, params PostquantumKey[] keys) =>
        new(peer: peer, configure: c => c with { PostquantumKeys = keys });

    private static PostquantumKey Known(bool required = true) => new("ppk-1", new Secret(new PeerOptions().Ppk), required);
}
