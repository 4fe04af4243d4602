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
        // What is malformed at its end shall not have cost memory for its beginning.
        if (!IsSound(body))
            return false;
        ProposalReader reader = new(body);
        while (reader.TryRead(out ProposalView view))
        {
            if (view.Protocol == protocol && view.Spi.Length == spiLength)
                proposals.Add(Read(view));
        }

        return true;
    }

    public override string ToString() => ProposalText.Format(Transforms);

    private static bool IsSound(ReadOnlySpan<byte> body)
    {
        ProposalReader proposals = new(body);
        while (proposals.TryRead(out ProposalView view))
        {
            TransformReader transforms = view.Transforms;
            while (transforms.TryRead(out _, out _))
            {
                // Only the end counts.
            }

            if (transforms.Error != ParseError.None)
                return false;
        }

        return proposals.Error == ParseError.None;
    }

    private static PeerProposal Read(in ProposalView view)
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

        return new PeerProposal(view.Number, view.Spi.ToArray(), types, transforms);
    }
}
