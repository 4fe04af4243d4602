using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class SilenceTests
{
    private const int NextPayloadOffset = 16;
    private const int ExchangeOffset = 18;
    private const int FragmentNumberOffset = 32;

    [Fact]
    public void A_peer_that_ignores_IKE_INTERMEDIATE_is_told_from_one_that_is_not_there()
    {
        IkeFailure failure = Fail(1280, (toPeer, datagram) => !toPeer && Exchange(datagram) == ExchangeType.IkeIntermediate);
        Assert.Equal(FailureReason.IntermediateUnanswered, failure.Reason);
        Assert.Contains("ignores IKE_INTERMEDIATE", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fragments_that_do_not_reach_the_peer_are_suspected_where_only_fragments_stay_unanswered()
    {
        IkeFailure failure = Fail(576, (toPeer, datagram) => toPeer && datagram.Length > 500);
        Assert.Equal(FailureReason.FragmentsLost, failure.Reason);
        Assert.Contains("in 3 fragments): they or the answer are lost on the path. Set spec.transport.fragmentSize below 576", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_of_which_some_fragments_arrive_proves_that_others_are_lost()
    {
        IkeFailure failure = Fail(576, (toPeer, datagram) =>
            !toPeer && datagram[NextPayloadOffset] == (byte)PayloadType.EncryptedFragment && datagram[FragmentNumberOffset + 1] == 1);
        Assert.Equal(FailureReason.FragmentsLost, failure.Reason);
        Assert.Contains("in 3 fragments, of which only 2 arrive", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_stays_silent_to_our_proof_may_not_know_our_identity()
    {
        IkeFailure failure = Fail(1280, (toPeer, datagram) => !toPeer && Exchange(datagram) == ExchangeType.IkeAuth);
        Assert.Equal(FailureReason.PeerUnreachable, failure.Reason);
        Assert.Contains("we are edge.test.example", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailureReason.PeerUnreachable, true)]
    [InlineData(FailureReason.FragmentsLost, true)]
    [InlineData(FailureReason.IntermediateUnanswered, true)]
    [InlineData(FailureReason.AuthenticationFailed, false)]
    public void Another_address_is_worth_a_try_only_after_silence(FailureReason reason, bool silent) =>
        Assert.Equal(silent, new IkeFailure(reason, "").IsSilence);

    private static IkeFailure Fail(int fragmentSize, Func<bool, byte[], bool> drops)
    {
        using World world = new(peer: new PeerOptions { FragmentIpSize = fragmentSize }, configure: c => c with
        {
            FragmentIpSize = fragmentSize,
            Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(1), 1, 1),
        });
        world.Drops = drops;
        world.Start(TimeSpan.FromSeconds(2.5));
        return Assert.Single(world.Output.Of<ConnectionFailed>()).Failure;
    }

    private static ExchangeType Exchange(byte[] datagram) => (ExchangeType)datagram[ExchangeOffset];
}
