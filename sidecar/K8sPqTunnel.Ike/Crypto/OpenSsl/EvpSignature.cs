namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Signs and verifies whole messages: one path for every kind of key.</summary>
internal static class EvpSignature
{
    /// <summary>Signs <paramref name="message"/>.</summary>
    /// <param name="digest">OpenSSL's name of the hash; null where the algorithm has its own (Ed25519, ML-DSA).</param>
    /// <param name="pssSaltLength">Octets of salt for RSASSA-PSS; null for any other padding and key.</param>
    public static byte[] Sign(EvpPKeyHandle key, string? digest, int? pssSaltLength, ReadOnlySpan<byte> message)
    {
        using EvpDigestContextHandle context = NewContext();
        bool ready = LibCrypto.EVP_DigestSignInit_ex(context, out nint keyContext, digest, 0, 0, key, 0) == 1
            && SetPadding(keyContext, digest, pssSaltLength);
        nuint length = 0;
        LibCrypto.Require(
            ready && LibCrypto.EVP_DigestSign(context, [], ref length, message, (nuint)message.Length) == 1,
            nameof(LibCrypto.EVP_DigestSign));
        byte[] signature = new byte[(int)length];
        LibCrypto.Require(
            LibCrypto.EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length) == 1,
            nameof(LibCrypto.EVP_DigestSign));
        // A DER signature may come out shorter than the longest possible one.
        return (int)length == signature.Length ? signature : signature[..(int)length];
    }

    /// <summary>Whether <paramref name="signature"/> is right. False too where key and algorithm do not fit each other.</summary>
    public static bool Verify(
        EvpPKeyHandle key, string? digest, int? pssSaltLength, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using EvpDigestContextHandle context = NewContext();
        bool verified = LibCrypto.EVP_DigestVerifyInit_ex(context, out nint keyContext, digest, 0, 0, key, 0) == 1
            && SetPadding(keyContext, digest, pssSaltLength)
            && LibCrypto.EVP_DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        if (!verified)
            LibCrypto.ERR_clear_error();
        return verified;
    }

    private static EvpDigestContextHandle NewContext()
    {
        EvpDigestContextHandle context = LibCrypto.EVP_MD_CTX_new();
        LibCrypto.Require(!context.IsInvalid, nameof(LibCrypto.EVP_MD_CTX_new));
        return context;
    }

    /// <summary>RFC 4056 3: the mask generation takes the hash of the message. PKCS #1 v1.5 is what an RSA key does by itself.</summary>
    private static bool SetPadding(nint keyContext, string? digest, int? pssSaltLength) =>
        pssSaltLength is not { } saltLength
        || (LibCrypto.EVP_PKEY_CTX_set_rsa_padding(keyContext, LibCrypto.RsaPssPadding) == 1
            && LibCrypto.EVP_PKEY_CTX_set_rsa_mgf1_md_name(keyContext, digest!, 0) == 1
            && LibCrypto.EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, saltLength) == 1);
}
