using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Algorithms for the IKE SA that we offer together; several of one type are alternatives in order of preference.</summary>
public sealed class IkeProposal
{
    /// <param name="transforms">Encryption, PRF and key exchange at least; integrity too unless the encryption is an AEAD.</param>
    /// <exception cref="ArgumentException">A transform that we cannot run, or one that is missing; the message says which.</exception>
    public IkeProposal(IReadOnlyList<Transform> transforms)
    {
        foreach (Transform transform in transforms)
        {
            if (!TransformSupport.KnowsForIke(transform))
                throw new ArgumentException(
                    $"IKE proposal: {transform.Type} {transform.Id} (key length {transform.KeyBits}) is not implemented",
                    nameof(transforms));
        }

        bool combined = TransformSupport.IsCombinedMode(transforms);
        Require(transforms, TransformType.Encryption);
        Require(transforms, TransformType.PseudorandomFunction);
        Require(transforms, TransformType.KeyExchange);
        if (!combined)
            Require(transforms, TransformType.Integrity);

        Transforms = combined ? [.. transforms.Where(t => t.Type != TransformType.Integrity)] : transforms;
    }

    public IReadOnlyList<Transform> Transforms { get; }

    /// <summary>The methods of transform type 4, in order of preference.</summary>
    internal IEnumerable<KeyExchangeMethod> InitialMethods =>
        Transforms.Where(t => t.Type == TransformType.KeyExchange).Select(t => (KeyExchangeMethod)t.Id);

    /// <summary>All key exchange methods that the peer could choose.</summary>
    internal IEnumerable<KeyExchangeMethod> Methods =>
        Transforms.Where(t => (t.Type == TransformType.KeyExchange || t.IsAdditionalKeyExchange) && t.Id != 0)
            .Select(t => (KeyExchangeMethod)t.Id);

    internal bool HasAdditionalKeyExchange => Transforms.Any(t => t.IsAdditionalKeyExchange);

    /// <summary>strongSwan's keywords.</summary>
    public override string ToString() => ProposalText.Format(Transforms);

    private static void Require(IReadOnlyList<Transform> transforms, TransformType type)
    {
        if (!transforms.Any(t => t.Type == type))
            throw new ArgumentException($"IKE proposal {ProposalText.Format(transforms)}: no transform of type {type}", nameof(transforms));
    }
}
