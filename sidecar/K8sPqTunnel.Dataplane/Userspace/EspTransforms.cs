using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Which transforms the user-space ESP carries, and the way from one direction's keys to its cipher.</summary>
internal static class EspTransforms
{
    private static readonly IntegrityId[] Alone = [IntegrityId.None];
    private static readonly IntegrityId[] Beside = [IntegrityId.HmacSha2_256_128, IntegrityId.HmacSha2_384_192, IntegrityId.HmacSha2_512_256];

    /// <summary>Every algorithm that the cryptography offers, with 32-bit and 64-bit sequence numbers.</summary>
    public static IReadOnlyList<EspTransform> Supported { get; } =
    [
        .. from parameters in EncryptionParameters.All
           from integrity in parameters.IsAead ? Alone : Beside
           from extended in new[] { false, true }
           select new EspTransform(parameters.Id, parameters.KeyLengthAttribute, integrity, extended),
    ];

    /// <summary>Makes the cipher of one direction. The keys are copied.</summary>
    /// <exception cref="NotSupportedException">The transform is none of <see cref="Supported"/>.</exception>
    public static EspCipher Create(EspTransform transform, ChildSaKeys keys)
    {
        if (!Supported.Contains(transform)
            || !EncryptionParameters.TryFind(transform.Encryption, transform.EncryptionKeyBits, out EncryptionParameters? parameters))
        {
            throw new NotSupportedException(
                $"the user-space data plane can't carry ESP with {transform.Encryption} {transform.EncryptionKeyBits} and integrity "
                + $"{transform.Integrity}: it carries {Keywords()}; propose one of these for the child SA");
        }

        return parameters.IsAead ? new AeadEspCipher(parameters, keys.Encryption.Span) : new CbcEspCipher(transform, keys);
    }

    /// <summary>The layout of the packets of a transform.</summary>
    public static EspLayout LayoutOf(EspTransform transform) => transform.Integrity == IntegrityId.None
        ? EspLayout.Aead
        : new EspLayout(CbcCipher.BlockLength, CbcCipher.BlockLength, Integrity.KeyLengthOf(transform.Integrity) / 2);   // RFC 4868 2.3

    private static string Keywords() => string.Join(", ", EncryptionParameters.All.Select(row => row.IsAead ? row.Keyword : $"{row.Keyword} with SHA-2"));
}
