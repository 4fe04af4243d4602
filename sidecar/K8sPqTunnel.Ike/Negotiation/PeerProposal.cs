using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>One proposal that a peer offers (RFC 7296 3.3.1).</summary>
/// <param name="Number">To be repeated in the answer.</param>
/// <param name="Spi">The peer's; empty in IKE_SA_INIT.</param>
/// <param name="Types">All transform types that it has: the answer takes one transform of each (RFC 7296 3.3.3).</param>
/// <param name="Transforms">Those that could be taken: with no attribute beside Key Length.</param>
internal sealed record PeerProposal(
    byte Number, byte[] Spi, IReadOnlySet<TransformType> Types, IReadOnlyList<Transform> Transforms)
{
    /// <summary>Reads an offer. Proposals of other protocols or with SPIs of another length are left out.</summary>
    /// <returns>False where the payload is malformed.</returns>
    public static bool TryReadAll(ReadOnlySpan<byte> body, ProtocolId protocol, int spiLength, out List<PeerProposal> proposals)
    {
        proposals = [];
        ProposalReader reader = new(body);
        while (reader.TryRead(out ProposalView view))
        {
            if (!TryRead(view, out PeerProposal? proposal))
                return false;
            if (view.Protocol == protocol && view.Spi.Length == spiLength)
                proposals.Add(proposal!);
        }

        return reader.Error == ParseError.None;
    }

    public override string ToString() => ProposalText.Format(Transforms);

    private static bool TryRead(in ProposalView view, out PeerProposal? proposal)
    {
        HashSet<TransformType> types = [];
        List<Transform> transforms = [];
        TransformReader reader = view.Transforms;
        while (reader.TryRead(out Transform transform, out bool unknownAttribute))
        {
            types.Add(transform.Type);
            // RFC 7296 3.3.6: an attribute that is not understood makes the transform unacceptable, not the proposal.
            if (!unknownAttribute)
                transforms.Add(transform);
        }

        proposal = new PeerProposal(view.Number, view.Spi.ToArray(), types, transforms);
        return reader.Error == ParseError.None;
    }
}
