using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

/// <summary>Somebody on the way takes ML-KEM out of what is negotiated in the open (RFC 7296 2.15, the draft on downgrade prevention).</summary>
public sealed class DowngradeTests
{
    /// <summary>Both ends would take a classical key exchange, and both can do better.</summary>
    private static readonly IkeProposal Lenient = new([.. World.Hybrid.Transforms, Transform.Additional(1, KeyExchangeMethod.None)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_man_in_the_middle_they_do(bool fullTranscript)
    {
        using World world = Meeting(new PeerOptions { FullTranscript = fullTranscript }, (_, datagram) => datagram);

        Assert.True(Assert.Single(world.Output.Of<IkeSaEstablished>()).QuantumSafe);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Rfc(7296, "2.15", "AUTH covers the whole first message of its sender")]
    public void The_responder_sees_by_AUTH_that_ML_KEM_was_taken_out_of_the_request(bool fullTranscript)
    {
        using World world = Meeting(
            new PeerOptions { FullTranscript = fullTranscript },
            (toPeer, datagram) => toPeer ? ManInTheMiddle.WithoutMlKem(datagram) : datagram);

        Assert.True(world.Peer.SawAuthRequest);
        Assert.Empty(world.Peer.Selection!.AdditionalMethods);
        Assert.Equal(FailureReason.AuthenticationFailed, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(world.Output.Installed);
    }

    [Fact]
    [Rfc("draft-ietf-ipsecme-ikev2-downgrade-prevention", "5", "Both ends sign both IKE_SA_INIT messages")]
    public void With_the_full_transcript_the_initiator_sees_it_too_even_where_the_responder_does_not_look()
    {
        using World world = Meeting(
            new PeerOptions { FullTranscript = true, TrustsAnybody = true },
            (toPeer, datagram) => toPeer ? ManInTheMiddle.WithoutMlKem(datagram) : datagram);

        Assert.Equal(FailureReason.AuthenticationFailed, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(world.Output.Installed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Rfc("draft-ietf-ipsecme-ikev2-downgrade-prevention", "4", "An announcement that is taken out on the way is noticed")]
    public void Taking_the_announcement_of_the_full_transcript_out_helps_nobody(bool toPeerOnly)
    {
        using World world = Meeting(
            new PeerOptions { FullTranscript = true, TrustsAnybody = !toPeerOnly },
            (toPeer, datagram) => toPeer == toPeerOnly ? ManInTheMiddle.Without(datagram, NotifyType.FullTranscriptAuth) : datagram);

        Assert.Equal(FailureReason.AuthenticationFailed, Assert.Single(world.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(world.Output.Installed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Our_responder_sees_it_too(bool withoutAnnouncement)
    {
        static ConnectionConfig Use(ConnectionConfig c) => c with { IkeProposals = [Lenient], QuantumPolicy = QuantumPolicy.Preferred };
        using Duet duet = new(left: Use, right: Use)
        {
            Mutate = (toRight, datagram) => !toRight
                ? datagram
                : withoutAnnouncement
                    ? ManInTheMiddle.Without(ManInTheMiddle.WithoutMlKem(datagram), NotifyType.FullTranscriptAuth)
                    : ManInTheMiddle.WithoutMlKem(datagram),
        };

        duet.Start(TimeSpan.FromSeconds(0.5));

        Assert.Equal(FailureReason.AuthenticationFailed, Assert.Single(duet.Right.Output.Of<PeerTurnedAway>()).Failure.Reason);
        Assert.Empty(duet.Right.Output.Installed);
        Assert.Empty(duet.Left.Output.Installed);
    }

    private static World Meeting(PeerOptions peer, Func<bool, byte[], byte[]> mutate)
    {
        World world = new(
            peer: peer, configure: c => c with { IkeProposals = [Lenient], QuantumPolicy = QuantumPolicy.Preferred }) { Mutate = mutate };
        return world.Start(TimeSpan.FromSeconds(0.5));
    }
}
