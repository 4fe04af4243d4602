using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>What the negotiated algorithms are called in the kernel.</summary>
internal static class XfrmTransforms
{
    private const int BitsPerOctet = 8;

    /// <summary>Gives the state its algorithms; the keys stay the caller's.</summary>
    /// <exception cref="NotSupportedException">The transform is none of ours.</exception>
    public static XfrmState WithAlgorithms(this XfrmState state, EspTransform transform, ChildSaKeys keys)
    {
        if (!EncryptionParameters.TryFind(transform.Encryption, transform.EncryptionKeyBits, out EncryptionParameters? parameters))
            throw new NotSupportedException($"the kernel's data plane can't carry ESP with {transform.Encryption} {transform.EncryptionKeyBits}");
        if (parameters.IsAead)
            return state with { Aead = XfrmAlgorithm.WithKey(NameOf(transform.Encryption), parameters.IcvLength * BitsPerOctet, keys.Encryption) };

        Secret integrity = keys.Integrity
            ?? throw new NotSupportedException($"the kernel's data plane can't carry ESP with {transform.Encryption} and without integrity");
        return state with
        {
            Cipher = XfrmAlgorithm.WithKey(NameOf(transform.Encryption), null, keys.Encryption),
            Integrity = XfrmAlgorithm.WithKey(
                NameOf(transform.Integrity), Integrity.KeyLengthOf(transform.Integrity) * BitsPerOctet / 2, integrity),     // RFC 4868 2.3
        };
    }

    /// <summary>The option that a kernel without the transform was built without.</summary>
    public static string KernelOptionOf(EspTransform transform) => transform.Encryption switch
    {
        EncryptionId.AesGcm16 => "CONFIG_CRYPTO_GCM",
        EncryptionId.ChaCha20Poly1305 => "CONFIG_CRYPTO_CHACHA20POLY1305",
        _ => transform.Integrity == IntegrityId.HmacSha2_256_128
            ? "CONFIG_CRYPTO_CBC, CONFIG_CRYPTO_AUTHENC or CONFIG_CRYPTO_SHA256"
            : "CONFIG_CRYPTO_CBC, CONFIG_CRYPTO_AUTHENC or CONFIG_CRYPTO_SHA512",
    };

    private static string NameOf(EncryptionId encryption) => encryption switch
    {
        EncryptionId.AesGcm16 => "rfc4106(gcm(aes))",
        EncryptionId.ChaCha20Poly1305 => "rfc7539esp(chacha20,poly1305)",
        EncryptionId.AesCbc => "cbc(aes)",
        _ => throw new NotSupportedException($"the kernel's data plane knows no {encryption}"),
    };

    private static string NameOf(IntegrityId integrity) => integrity switch
    {
        IntegrityId.HmacSha2_256_128 => "hmac(sha256)",
        IntegrityId.HmacSha2_384_192 => "hmac(sha384)",
        IntegrityId.HmacSha2_512_256 => "hmac(sha512)",
        _ => throw new NotSupportedException($"the kernel's data plane knows no {integrity}"),
    };
}
