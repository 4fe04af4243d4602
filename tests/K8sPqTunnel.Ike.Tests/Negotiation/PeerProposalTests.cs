using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Negotiation;

public sealed class PeerProposalTests
{
    [Fact]
    public void A_long_offer_that_is_malformed_at_its_end_costs_no_memory_for_its_beginning()
    {
        Transform[] many = [.. Enumerable.Range(1, 200).Select(id => new Transform(TransformType.KeyExchange, (ushort)id))];
        using PayloadWriter writer = new();
        SaPayload.Write(writer, ProtocolId.Ike, [], [.. Enumerable.Repeat(many, 30)]);
        byte[] body = writer.Octets[GenericHeader.Length..].ToArray();
        Assert.True(PeerProposal.TryReadAll(body, ProtocolId.Ike, spiLength: 0, out List<PeerProposal> proposals));
        Assert.Equal(30, proposals.Count);

        byte[] malformed = body[..^1];
        bool read = true;
        long cost = Memory.CostOf(() => read = PeerProposal.TryReadAll(malformed, ProtocolId.Ike, spiLength: 0, out proposals));

        Assert.False(read);
        Assert.Empty(proposals);
        Assert.InRange(cost, 0, 100);
    }
}
