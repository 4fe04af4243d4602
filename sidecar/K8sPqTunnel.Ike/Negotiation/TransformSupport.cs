using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Which transforms this implementation can run.</summary>
internal static class TransformSupport
{
    public static bool KnowsForIke(Transform transform) => transform.Type switch
    {
        TransformType.Encryption => FindEncryption(transform) is not null,
        TransformType.PseudorandomFunction => Prf.Knows((PrfId)transform.Id),
        // NONE is no choice of ours: with an AEAD the type is left out, without one it would protect nothing (RFC 5282 8).
        TransformType.Integrity => transform.Id != 0 && Enum.IsDefined((IntegrityId)transform.Id),
        TransformType.KeyExchange => KnowsMethod(transform.Id),
        _ => transform.IsAdditionalKeyExchange && (transform.Id == (ushort)KeyExchangeMethod.None || KnowsMethod(transform.Id)),
    };

    public static bool KnowsForEsp(Transform transform) => transform.Type switch
    {
        TransformType.PseudorandomFunction => false,
        TransformType.SequenceNumbers => transform.Id is Transform.SequenceNumbers32 or Transform.SequenceNumbers64,
        TransformType.KeyExchange => transform.Id == (ushort)KeyExchangeMethod.None || KnowsMethod(transform.Id),
        _ => KnowsForIke(transform),
    };

    /// <summary>Whether the encryption is an AEAD, which takes no integrity transform beside it (RFC 5282 8).</summary>
    /// <exception cref="ArgumentException">AEAD and plain ciphers in one proposal (RFC 7296 3.3: they belong into two).</exception>
    public static bool IsCombinedMode(IReadOnlyList<Transform> transforms)
    {
        List<bool> kinds = [.. transforms.Select(FindEncryption).OfType<EncryptionParameters>().Select(e => e.IsAead).Distinct()];
        if (kinds.Count > 1)
            throw new ArgumentException(
                $"proposal {ProposalText.Format(transforms)} mixes AEAD and other encryption: write two proposals", nameof(transforms));
        return kinds is [true];
    }

    public static EncryptionParameters? FindEncryption(Transform transform)
    {
        if (transform.Type != TransformType.Encryption)
            return null;
        EncryptionParameters.TryFind((EncryptionId)transform.Id, transform.KeyBits, out EncryptionParameters? parameters);
        return parameters;
    }

    /// <summary>The encryption of a choice, which has one.</summary>
    public static EncryptionParameters EncryptionOf(IReadOnlyList<Transform> chosen)
    {
        foreach (Transform transform in chosen)
        {
            if (FindEncryption(transform) is { } encryption)
                return encryption;
        }

        throw new ArgumentException($"{ProposalText.Format(chosen)} has no encryption", nameof(chosen));
    }

    private static bool KnowsMethod(ushort id) => KeyExchangeParameters.TryFind((KeyExchangeMethod)id, out _);
}
