using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class InitTaskTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_cookie_is_sent_back_first_of_all_and_nothing_else_changes(int rounds)
    {
        using World world = new World(peer: new PeerOptions { CookieRounds = rounds }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        List<byte[]> requests = [.. InitRequests(world)];
        Assert.Equal(rounds + 1, requests.Count);
        // RFC 7296 2.6: SPI, nonce and key stay; only the cookie is put in front.
        Assert.All(requests, request => Assert.Equal(WithoutCookie(requests[0]), WithoutCookie(request)));
    }

    [Fact]
    [Rfc(7296, "2.6", "The initiator limits the number of cookie exchanges that it tries")]
    public void A_peer_that_wants_cookies_for_ever_is_not_obeyed_for_ever()
    {
        using World world = new();
        world.Connection.Start(TimeSpan.Zero);
        for (byte i = 0; i < 10; i++)
            world.Inject(world.Output.Sent[0].Path, Answer(world, w => NotifyPayload.Write(w, NotifyType.Cookie, [1, 2, i])));

        Assert.Equal(4, world.Output.Sent.Count);
    }

    [Fact]
    public void Duplicates_of_an_answer_that_was_followed_change_nothing()
    {
        IkeProposal both = new([.. Proposals.Parse("20/256 prf6 x25519 mlkem768").Transforms, Transform.Of(KeyExchangeMethod.Ecp384)]);
        using World world = new(configure: c => c with { IkeProposals = [both] });
        world.Connection.Start(TimeSpan.Zero);
        PeerPath path = world.Output.Sent[0].Path;
        for (int i = 0; i < 10; i++)
            world.Inject(path, Answer(world, w => NotifyPayload.Write(w, NotifyType.Cookie, [1, 2, 3])));
        for (int i = 0; i < 10; i++)
            world.Inject(path, Answer(world, w => NotifyPayload.Write(w, NotifyType.InvalidKePayload, [0, 20])));

        Assert.Equal(3, world.Output.Sent.Count);
        Assert.Equal(18, world.Connection.Drops[DropReason.Unexpected]);
        world.PeerIsSilent = true;
        world.Run(TimeSpan.FromSeconds(20));
        Assert.Empty(world.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void An_answer_that_breaks_the_rules_and_that_nothing_follows_is_told_as_such()
    {
        using World world = new() { PeerIsSilent = true };
        world.Connection.Start(TimeSpan.Zero);
        world.Inject(world.Output.Sent[0].Path, Answer(world, w => IdentityPayload.Write(w, PayloadType.IdentityResponder, [1, 2, 3, 4])));
        world.Run(TimeSpan.FromSeconds(2.5));

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.ProtocolViolation, failed.Failure.Reason);
        Assert.Contains("IkeSaInit", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, world.Connection.Drops[DropReason.RuleBroken]);
    }

    [Fact]
    public void An_answer_that_breaks_the_rules_does_not_end_an_attempt_that_a_good_answer_follows()
    {
        using World world = new();
        world.Connection.Start(TimeSpan.Zero);
        world.Inject(world.Output.Sent[0].Path, Answer(world, w => IdentityPayload.Write(w, PayloadType.IdentityResponder, [1, 2, 3, 4])));
        world.Run(TimeSpan.FromSeconds(5));

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void The_peers_wish_for_another_offered_method_is_followed()
    {
        IkeProposal two = Proposals.Parse("20/256 prf6 x25519 mlkem768");
        IkeProposal both = new([.. two.Transforms, Transform.Of(KeyExchangeMethod.Ecp384)]);
        PeerOptions choosy = new() { WantsMethod = KeyExchangeMethod.Ecp384, CookieRounds = 1 };
        using World world = new World(peer: choosy, configure: c => c with { IkeProposals = [both] }).Start();

        Assert.Equal(["P-384", "ML-KEM-768"], Assert.Single(world.Output.Of<IkeSaEstablished>()).KeyExchanges);
        List<byte[]> requests = [.. InitRequests(world)];
        Assert.Equal(3, requests.Count);
        // RFC 7296 2.6.1: the cookie stays through the other method's round.
        Assert.Equal(PayloadType.Notify, (PayloadType)requests[^1][16]);
    }

    [Fact]
    [Rfc(7296, "1.2", "INVALID_KE_PAYLOAD with a group that was never offered is not obeyed")]
    public void A_method_that_was_never_offered_is_not_followed()
    {
        using World world = new World(peer: new PeerOptions { WantsMethod = KeyExchangeMethod.Ecp256 }).Start();

        string firstAttempt = SpiOf(world.Output.Sent[0].Message);
        Assert.Single(InitRequests(world).DistinctBy(Convert.ToHexString), request => SpiOf(request) == firstAttempt);
        ConnectionFailed failed = world.Output.Of<ConnectionFailed>().First();
        Assert.Equal(FailureReason.KeyExchangeRefused, failed.Failure.Reason);
        Assert.Contains("19", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rfc(7296, "2.21.1", "An unprotected error does not end an attempt at once: a good answer may follow (SHOULD)")]
    public void A_forged_error_does_not_end_an_attempt_that_a_good_answer_follows()
    {
        using World world = new();
        world.Connection.Start(TimeSpan.Zero);
        world.Inject(world.Output.Sent[0].Path, Answer(world, w => NotifyPayload.Write(w, NotifyType.NoProposalChosen)));
        world.Run(TimeSpan.FromSeconds(5));

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void A_refusal_that_nothing_follows_is_told_soon_with_our_list()
    {
        using World world = new World(peer: new PeerOptions { InitError = NotifyType.NoProposalChosen }).Start(TimeSpan.FromSeconds(3));

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.NoProposalChosen, failed.Failure.Reason);
        Assert.Contains("198.51.100.7", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("aes256gcm16-prfsha384-ecp384-ke1_mlkem768", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_exchange_that_is_not_optional_is_not_left_out_under_a_preferred_policy_either()
    {
        PeerOptions forgetful = new() { ClassicalOnly = true };
        using World world = new World(peer: forgetful, configure: c => c with { QuantumPolicy = QuantumPolicy.Preferred }).Start();

        Assert.False(world.Peer.SawAuthRequest);
        ConnectionFailed failed = world.Output.Of<ConnectionFailed>().First();
        Assert.Equal(FailureReason.ProtocolViolation, failed.Failure.Reason);
        Assert.Contains("leaves out a key exchange", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rfc(9370, "2.2.1", "Additional key exchanges need IKE_INTERMEDIATE of both ends")]
    public void Additional_key_exchanges_without_IKE_INTERMEDIATE_fail_closed()
    {
        using World world = new World(peer: new PeerOptions { AnnouncesIntermediate = false }).Start();

        Assert.False(world.Peer.SawAuthRequest);
        Assert.Equal(FailureReason.ExtensionMissing, world.Output.Of<ConnectionFailed>().First().Failure.Reason);
    }

    [Fact]
    [Rfc(7296, "3.4", "A public value of the wrong length is refused")]
    public void A_key_of_the_wrong_length_is_refused_and_a_good_answer_may_still_come()
    {
        using World world = new World(peer: new PeerOptions { TruncatesKeys = true }).Start();

        Assert.All(world.Peers.Values, peer => Assert.Equal([ExchangeType.IkeSaInit], peer.Answered));
        Assert.Contains("WrongLength", world.Output.Of<ConnectionFailed>().First().Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_from_another_address_is_dropped()
    {
        using World world = new();
        world.Connection.Start(TimeSpan.Zero);
        PeerPath path = world.Output.Sent[0].Path;
        PeerPath elsewhere = new(path.Local, new System.Net.IPEndPoint(System.Net.IPAddress.Parse("203.0.113.9"), 500));
        world.Inject(elsewhere, Answer(world, w => NotifyPayload.Write(w, NotifyType.NoProposalChosen)));

        Assert.Equal(1, world.Connection.Drops[DropReason.NotOurs]);
    }

    private static IEnumerable<byte[]> InitRequests(World world) =>
        world.Output.Sent.Select(sent => sent.Message).Where(message => message[18] == (byte)ExchangeType.IkeSaInit);

    private static string SpiOf(byte[] message) => Convert.ToHexString(message, 0, 8);

    private static byte[] WithoutCookie(byte[] request)
    {
        using PayloadWriter writer = new();
        PayloadReader reader = new(request.AsSpan(IkeHeader.Length), (PayloadType)request[16]);
        while (reader.TryRead(out RawPayload payload))
        {
            NotifyPayload.TryRead(payload.Body, out NotifyPayload notify);
            if (payload.Type == PayloadType.Notify && notify.Type == NotifyType.Cookie)
                continue;
            writer.Begin(payload.Type);
            writer.Put(payload.Body);
            writer.End();
        }

        return [.. request[..16], .. writer.Octets];
    }

    private static byte[] Answer(World world, Action<PayloadWriter> write)
    {
        using PayloadWriter writer = new();
        write(writer);
        byte[] message = [.. new byte[IkeHeader.Length], .. writer.Octets];
        var initiator = IkeSpi.Read(world.Output.Sent[0].Message);
        new IkeHeader(initiator, default, writer.First, ExchangeType.IkeSaInit, HeaderFlags.Response, 0, message.Length).Write(message);
        return message;
    }
}
