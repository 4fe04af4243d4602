using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

/// <summary>Our responder's postquantum preshared keys against our initiator's.</summary>
public sealed class PpkAnswerTests
{
    /// <summary>Long enough for an attempt, too short for the next.</summary>
    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(0.5);

    /// <summary>Whether the initiator knows RFC 9867, or RFC 8784 only.</summary>
    public static TheoryData<bool> Ways { get; } = [true, false];

    [Theory, MemberData(nameof(Ways))]
    public void Both_ends_know_that_the_key_is_in_use(bool intermediate)
    {
        using Duet duet = Meeting(intermediate, [Key("ppk-1")], [Key("ppk-1")]);

        Assert.Equal("ppk-1", Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).PostquantumKey);
        Assert.Equal("ppk-1", Assert.Single(duet.Left.Output.Of<IkeSaEstablished>()).PostquantumKey);
        duet.AssertAgreement();
    }

    [Theory]
    [InlineData("20/256 prf6 ecp384")]
    [InlineData("20/256 prf6 ecp384 mlkem768 x25519")]
    public void It_goes_with_the_last_IKE_INTERMEDIATE_or_alone(string proposal)
    {
        ConnectionConfig Use(ConnectionConfig config) => config with
        {
            PostquantumKeys = [Key("ppk-1")],
            IkeProposals = [Proposals.Parse(proposal)],
            QuantumPolicy = QuantumPolicy.Preferred,
        };
        using Duet duet = new Duet(left: Use, right: Use).Start(Briefly);

        Assert.Equal("ppk-1", Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).PostquantumKey);
        duet.AssertAgreement();
    }

    [Fact]
    [Rfc(9867, "3.1", "The responder takes one PPK of those that the initiator names")]
    public void Of_several_keys_the_first_common_one_of_the_initiator_is_taken()
    {
        using Duet duet = Meeting(true, [Key("a"), Key("b"), Key("c")], [Key("c"), Key("b")]);

        Assert.Equal("b", Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).PostquantumKey);
        duet.AssertAgreement();
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    [Rfc(8784, "3", "Ends without a PPK in common go on only where both may do without")]
    [Rfc(9867, "3.1", "Ends without a PPK in common go on only where both may do without")]
    public void Keys_that_differ_are_left_out_only_where_both_can_do_without(bool intermediate, bool required, bool comesUp)
    {
        using Duet duet = Meeting(intermediate, [Key("left's", required: false)], [Key("right's", required)]);

        Assert.Equal(comesUp, duet.Right.Connection.State == ConnectionState.Established);
        if (comesUp)
        {
            Assert.Null(Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).PostquantumKey);
            Assert.Null(Assert.Single(duet.Left.Output.Of<IkeSaEstablished>()).PostquantumKey);
            duet.AssertAgreement();
            return;
        }

        AssertTurnedAway(duet, "\"right's\"");
    }

    [Theory, MemberData(nameof(Ways))]
    [Rfc(8784, "3", "An initiator that requires a PPK ends the attempt with a responder that has none")]
    public void An_initiator_that_requires_a_key_gets_nowhere_without(bool intermediate)
    {
        using Duet duet = Meeting(intermediate, [Key("left's")], [Key("right's", required: false)]);

        Assert.Empty(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.Contains(
            "\"left's\"", duet.Left.Output.Of<ConnectionFailed>().First().Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rfc(8784, "3", "A responder that requires a PPK refuses an initiator that has none")]
    public void An_initiator_without_any_key_is_turned_away_where_one_is_required()
    {
        using Duet duet = Meeting(true, [], [Key("right's")]);

        AssertTurnedAway(duet, "uses no postquantum preshared keys");
        Assert.Equal(FailureReason.AuthenticationFailed, duet.Left.Output.Of<ConnectionFailed>().First().Failure.Reason);
    }

    [Theory, MemberData(nameof(Ways))]
    [Rfc(8784, "3", "Another PPK under the same PPK_ID does not authenticate")]
    public void A_wrong_secret_under_the_right_ID_does_not_pass(bool intermediate)
    {
        using Duet duet = Meeting(intermediate, [Key("ppk-1")], [Key("ppk-1") with { Secret = new Secret("something else"u8) }]);

        Assert.Empty(duet.Right.Output.Of<IkeSaEstablished>());
        Assert.NotEmpty(duet.Right.Output.Of<PeerTurnedAway>());
    }

    [Fact]
    public void The_key_of_the_connection_that_is_meant_counts_and_another_ones_does_not()
    {
        ConnectionConfig other = Duet.RightConfig() with
        {
            Name = "to somebody else",
            RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, "else.test.example"u8),
            PostquantumKeys = [Key("else's")],
        };
        using Duet duet = new Duet(
            left: c => c with { PostquantumKeys = [Key("else's")] },
            right: c => c with { PostquantumKeys = [Key("ppk-1")] },
            more: [other]).Start(Briefly);

        AssertTurnedAway(duet, "\"ppk-1\"");
    }

    private static void AssertTurnedAway(Duet duet, string words)
    {
        PeerTurnedAway refused = duet.Right.Output.Of<PeerTurnedAway>().First();
        Assert.Equal(FailureReason.PostquantumKeyMissing, refused.Failure.Reason);
        Assert.Contains(words, refused.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(duet.Right.Output.Installed);
    }

    private static Duet Meeting(bool intermediate, PostquantumKey[] left, PostquantumKey[] right) => new Duet(
        left: c => c with { PostquantumKeys = left, PpkInIntermediate = intermediate },
        right: c => c with { PostquantumKeys = right }).Start(Briefly);

    private static PostquantumKey Key(string id, bool required = true) => new(id, new Secret("32 octets that both ends know ..."u8), required);
}
