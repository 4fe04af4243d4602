using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Responding;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Responding;

public sealed class OfferMemoryTests
{
    private const string Hybrid = "20/256 prf6 ecp384 mlkem768";

    [Fact]
    public void What_the_last_peer_offered_is_read_once_and_anything_else_anew()
    {
        OfferMemory memory = new();
        Assert.True(memory.TryRead(Body(Hybrid), out List<PeerProposal> first));
        Assert.True(memory.TryRead(Body(Hybrid), out List<PeerProposal> again));
        Assert.Same(first, again);

        Assert.True(memory.TryRead(Body("28/0 prf7 x25519 mlkem1024"), out List<PeerProposal> other));
        Assert.Equal(Proposals.Parse("28/0 prf7 x25519 mlkem1024").ToString(), Assert.Single(other).ToString());
        Assert.False(memory.TryRead(Body(Hybrid).AsSpan()[..^1], out _));
        Assert.True(memory.TryRead(Body(Hybrid), out List<PeerProposal> later));
        Assert.Equal(first[0].Transforms, later[0].Transforms);
    }

    [Fact]
    public void The_same_offer_of_a_peer_without_IKE_INTERMEDIATE_is_judged_for_itself()
    {
        OfferMemory memory = new();
        var acceptor = new Acceptor(World.DefaultConfig() with { QuantumPolicy = QuantumPolicy.Required }, [Proposals.Parse(Hybrid)], (_, _, _) => null!);
        Assert.True(memory.TryRead(Body(Hybrid), out List<PeerProposal> offered));

        ProposalMatch? able = acceptor.Choose(offered, intermediate: true);
        Assert.NotNull(able);
        Assert.Same(able, acceptor.Choose(offered, intermediate: true));
        Assert.Null(acceptor.Choose(offered, intermediate: false));
        Assert.NotNull(acceptor.Choose(offered, intermediate: true));
    }

    private static byte[] Body(string proposal)
    {
        using PayloadWriter writer = new();
        SaPayload.Write(writer, ProtocolId.Ike, [], [Proposals.Parse(proposal).Transforms]);
        return writer.Octets[GenericHeader.Length..].ToArray();
    }
}
