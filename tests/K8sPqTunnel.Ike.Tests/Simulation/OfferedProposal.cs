using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>A proposal as the responder sees it.</summary>
internal sealed record OfferedProposal(byte Number, byte[] Spi, IReadOnlyList<Transform> Transforms)
{
    public static List<OfferedProposal> ReadAll(ReadOnlySpan<byte> body)
    {
        List<OfferedProposal> proposals = [];
        ProposalReader reader = new(body);
        while (reader.TryRead(out ProposalView view))
        {
            List<Transform> transforms = [];
            TransformReader each = view.Transforms;
            while (each.TryRead(out Transform transform, out bool unknown))
            {
                Assert.False(unknown);
                transforms.Add(transform);
            }

            Assert.Equal(ParseError.None, each.Error);
            proposals.Add(new OfferedProposal(view.Number, view.Spi.ToArray(), transforms));
        }

        Assert.Equal(ParseError.None, reader.Error);
        return proposals;
    }

    /// <summary>The first transform of each type.</summary>
    public List<Transform> FirstOfEach() => [.. Transforms.GroupBy(t => t.Type).Select(g => g.First())];
}
