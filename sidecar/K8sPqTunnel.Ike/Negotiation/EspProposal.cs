namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Algorithms for a child SA that we offer together; several of one type are alternatives in order of preference.</summary>
public sealed class EspProposal
{
    /// <param name="transforms">
    /// Encryption at least; integrity too unless the encryption is an AEAD. Without sequence numbers, 32 bits are offered. Key
    /// exchanges are for later rekeys: IKE_AUTH does not carry them (RFC 7296 1.2).
    /// </param>
    /// <exception cref="ArgumentException">A transform that we cannot run, or one that is missing; the message says which.</exception>
    public EspProposal(IReadOnlyList<Transform> transforms)
    {
        foreach (Transform transform in transforms)
        {
            if (!TransformSupport.KnowsForEsp(transform))
                throw new ArgumentException(
                    $"ESP proposal: {transform.Type} {transform.Id} (key length {transform.KeyBits}) is not implemented",
                    nameof(transforms));
        }

        bool combined = TransformSupport.IsCombinedMode(transforms);
        Require(transforms, TransformType.Encryption);
        if (!combined)
            Require(transforms, TransformType.Integrity);

        List<Transform> offered = [.. transforms.Where(t => t.Type != TransformType.Integrity || !combined)];
        // RFC 7296 3.3.3: type 5 is mandatory in ESP proposals.
        if (!offered.Exists(t => t.Type == TransformType.SequenceNumbers))
            offered.Add(new Transform(TransformType.SequenceNumbers, Transform.SequenceNumbers32));
        Transforms = offered;
        WithoutKeyExchange = [.. offered.Where(t => t.Type != TransformType.KeyExchange && !t.IsAdditionalKeyExchange)];
    }

    public IReadOnlyList<Transform> Transforms { get; }

    /// <summary>What IKE_AUTH offers: the first child derives from the IKE SA's keys alone.</summary>
    internal IReadOnlyList<Transform> WithoutKeyExchange { get; }

    /// <summary>strongSwan's keywords.</summary>
    public override string ToString() => ProposalText.Format(Transforms);

    private static void Require(IReadOnlyList<Transform> transforms, TransformType type)
    {
        if (!transforms.Any(t => t.Type == type))
            throw new ArgumentException($"ESP proposal {ProposalText.Format(transforms)}: no transform of type {type}", nameof(transforms));
    }
}
