using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>The keys of a child SA from those of its IKE SA (RFC 7296 2.17, RFC 9370 2.2.4).</summary>
internal static class ChildKeySchedule
{
    /// <summary>KEYMAT = prf+(SK_d, SK(0) | Ni | Nr | SK(1) | … | SK(n)), cut into the four keys.</summary>
    /// <param name="prf">The IKE SA's PRF.</param>
    /// <param name="skD">Its SK_d.</param>
    /// <param name="sharedSecrets">
    /// SK(0) of the child's own key exchange, then the additional ones; empty when it has none, as in IKE_AUTH.
    /// </param>
    /// <param name="ni">Nonce of the request that creates the child; of IKE_SA_INIT for the child of IKE_AUTH.</param>
    /// <param name="nr">Nonce of the answer.</param>
    /// <param name="encryption">Negotiated for the child.</param>
    /// <param name="integrity">Negotiated for the child; <see cref="IntegrityId.None"/> with an AEAD.</param>
    public static ChildKeys Derive(
        PrfId prf,
        Secret skD,
        ReadOnlySpan<Secret> sharedSecrets,
        ReadOnlySpan<byte> ni,
        ReadOnlySpan<byte> nr,
        EncryptionParameters encryption,
        IntegrityId integrity)
    {
        int encryptionLength = encryption.KeyMaterialLength;
        int integrityLength = Integrity.KeyLengthOf(integrity);
        using Secret seed = Seed(sharedSecrets, ni, nr);
        using Secret keymat = Prf.Of(prf).Expand(skD.Span, seed.Span, 2 * (encryptionLength + integrityLength));

        // RFC 7296 2.17: i to r before r to i, and in each encryption before integrity.
        KeyStream keys = new(keymat);
        return new ChildKeys(
            FromInitiator: new ChildSaKeys(keys.Take(encryptionLength), integrityLength > 0 ? keys.Take(integrityLength) : null),
            FromResponder: new ChildSaKeys(keys.Take(encryptionLength), integrityLength > 0 ? keys.Take(integrityLength) : null));
    }

    private static Secret Seed(ReadOnlySpan<Secret> sharedSecrets, ReadOnlySpan<byte> ni, ReadOnlySpan<byte> nr)
    {
        int length = ni.Length + nr.Length;
        foreach (Secret shared in sharedSecrets)
            length += shared.Length;
        return Secret.Create(length, new SeedParts(sharedSecrets, ni, nr), static (destination, parts) => parts.CopyTo(destination));
    }

    private readonly ref struct SeedParts(ReadOnlySpan<Secret> sharedSecrets, ReadOnlySpan<byte> ni, ReadOnlySpan<byte> nr)
    {
        private readonly ReadOnlySpan<Secret> _sharedSecrets = sharedSecrets;
        private readonly ReadOnlySpan<byte> _ni = ni;
        private readonly ReadOnlySpan<byte> _nr = nr;

        public void CopyTo(Span<byte> destination)
        {
            bool hasOwn = !_sharedSecrets.IsEmpty;
            if (hasOwn)
                Append(_sharedSecrets[0].Span, ref destination);
            Append(_ni, ref destination);
            Append(_nr, ref destination);
            foreach (Secret additional in hasOwn ? _sharedSecrets[1..] : [])
                Append(additional.Span, ref destination);
        }

        private static void Append(ReadOnlySpan<byte> octets, ref Span<byte> destination)
        {
            octets.CopyTo(destination);
            destination = destination[octets.Length..];
        }
    }
}
