using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Holds a responder's SA payload against what was offered (RFC 7296 2.7, 3.3).</summary>
internal static class ProposalAnswer
{
    /// <summary>Takes the one proposal of the answer apart.</summary>
    /// <param name="body">The SA payload's body.</param>
    /// <param name="offered">Our proposals in the order of their numbers, which start at 1.</param>
    /// <param name="spiLength">Octets of SPI that the proposal has to carry: 0 in IKE_SA_INIT, 4 for ESP.</param>
    /// <param name="chosen">
    /// One transform of each type; empty unless the answer is right, or <see cref="AnswerFault.KeyExchangeMissing"/> is all that is wrong.
    /// </param>
    /// <param name="spi">The peer's SPI.</param>
    public static AnswerFault Check(
        ReadOnlySpan<byte> body,
        ProtocolId protocol,
        IReadOnlyList<IReadOnlyList<Transform>> offered,
        int spiLength,
        out IReadOnlyList<Transform> chosen,
        out ReadOnlySpan<byte> spi)
    {
        chosen = [];
        spi = default;
        ProposalReader proposals = new(body);
        if (!proposals.TryRead(out ProposalView proposal))
            return AnswerFault.Malformed;
        if (proposals.TryRead(out _))
            return AnswerFault.SeveralProposals;                     // RFC 7296 2.7: a single one comes back
        if (proposals.Error != ParseError.None)
            return AnswerFault.Malformed;
        if (proposal.Protocol != protocol || proposal.Spi.Length != spiLength)
            return AnswerFault.Malformed;
        if (proposal.Number < 1 || proposal.Number > offered.Count)
            return AnswerFault.NotOffered;                           // RFC 7296 3.3.1: the number is the offer's

        IReadOnlyList<Transform> offer = offered[proposal.Number - 1];
        List<Transform> taken = [];
        TransformReader transforms = proposal.Transforms;
        while (transforms.TryRead(out Transform transform, out bool unknownAttribute))
        {
            // RFC 7296 3.3.6: an attribute that is not understood makes the transform unacceptable.
            if (unknownAttribute || !(offer.Contains(transform) || IsLeftOutIntegrity(transform, offer)))
                return AnswerFault.NotOffered;
            if (taken.Exists(t => t.Type == transform.Type))
                return AnswerFault.SeveralTransforms;
            if (transform.Id != 0 && IsKeyExchange(transform) && taken.Exists(t => IsKeyExchange(t) && t.Id == transform.Id))
                return AnswerFault.SameMethodTwice;                  // RFC 9370 2.2.1
            taken.Add(transform);
        }

        if (transforms.Error != ParseError.None)
            return AnswerFault.Malformed;
        if (offer.Any(o => !o.IsAdditionalKeyExchange && !taken.Exists(t => t.Type == o.Type)))
            return AnswerFault.TransformMissing;

        chosen = taken;
        spi = proposal.Spi;
        return offer.Any(o => o.IsAdditionalKeyExchange && !taken.Exists(t => t.Type == o.Type) && !IsOptional(o.Type, offer))
            ? AnswerFault.KeyExchangeMissing
            : AnswerFault.None;
    }

    private static bool IsKeyExchange(Transform transform) =>
        transform.Type == TransformType.KeyExchange || transform.IsAdditionalKeyExchange;

    // RFC 9370 2.2.1: only a type that lists NONE may come to nothing. Some say so with NONE, strongSwan by leaving the type out.
    private static bool IsOptional(TransformType type, IReadOnlyList<Transform> offer) => offer.Contains(new Transform(type, Id: 0));

    // RFC 5282 8: with an AEAD, integrity is left out or NONE; a proposal that names an integrity algorithm is never without.
    private static bool IsLeftOutIntegrity(Transform transform, IReadOnlyList<Transform> offer) =>
        transform is { Type: TransformType.Integrity, Id: 0 } && !offer.Any(o => o.Type == TransformType.Integrity);
}
