using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>The functions of OpenSSL's libcrypto (3.0 and newer) that System.Security.Cryptography doesn't offer.</summary>
/// <remarks>Functions that return int give 1 for success. See the manual pages of the same names.</remarks>
internal static partial class LibCrypto
{
    /// <summary>The one that System.Security.Cryptography loads too.</summary>
    private const string Library = "libcrypto.so.3";

    public const int AeadGetTag = 0x10;
    public const int AeadSetTag = 0x11;

    public const int RsaPssPadding = 6;

    /// <summary>X509_V_FLAG_PARTIAL_CHAIN: what is in the store is trusted, root or not.</summary>
    public const uint TrustAnyInStore = 0x80000;

    /// <summary>For example <c>OpenSSL 3.5.4 30 Sep 2025</c>.</summary>
    public static string Version => Marshal.PtrToStringUTF8(OpenSSL_version(0)) ?? "OpenSSL of unknown version";

    /// <summary>Drops what a refused input left in this thread's error queue, where the next caller would take it for its own.</summary>
    [LibraryImport(Library)]
    public static partial void ERR_clear_error();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial EvpPKeyContextHandle EVP_PKEY_CTX_new_from_name(nint library, string name, nint properties);

    [LibraryImport(Library)]
    public static partial EvpPKeyContextHandle EVP_PKEY_CTX_new_from_pkey(nint library, EvpPKeyHandle key, nint properties);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_keygen_init(EvpPKeyContextHandle context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_PKEY_CTX_set_group_name(EvpPKeyContextHandle context, string name);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_CTX_set_dh_pad(EvpPKeyContextHandle context, int pad);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_generate(EvpPKeyContextHandle context, out nint key);

    [LibraryImport(Library)]
    public static partial EvpPKeyHandle EVP_PKEY_new();

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_copy_parameters(EvpPKeyHandle to, EvpPKeyHandle from);

    [LibraryImport(Library)]
    public static partial nuint EVP_PKEY_get1_encoded_public_key(EvpPKeyHandle key, out nint encoded);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_set1_encoded_public_key(EvpPKeyHandle key, ReadOnlySpan<byte> encoded, nuint length);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive_init(EvpPKeyContextHandle context);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive_set_peer_ex(EvpPKeyContextHandle context, EvpPKeyHandle peer, int validate);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_derive(EvpPKeyContextHandle context, Span<byte> secret, ref nuint length);

    [LibraryImport(Library)]
    public static partial void CRYPTO_free(nint memory, nint file, int line);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_MAC_fetch(nint library, string name, nint properties);

    [LibraryImport(Library)]
    public static partial void EVP_MAC_free(nint mac);

    [LibraryImport(Library)]
    public static partial EvpMacContextHandle EVP_MAC_CTX_new(nint mac);

    [LibraryImport(Library)]
    public static partial EvpMacContextHandle EVP_MAC_CTX_dup(EvpMacContextHandle context);

    [LibraryImport(Library)]
    public static partial void EVP_MAC_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_MAC_CTX_set_params(EvpMacContextHandle context, ReadOnlySpan<OsslParameter> parameters);

    [LibraryImport(Library)]
    public static partial int EVP_MAC_init(EvpMacContextHandle context, ReadOnlySpan<byte> key, nuint length, nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_MAC_update(EvpMacContextHandle context, ReadOnlySpan<byte> octets, nuint length);

    [LibraryImport(Library)]
    public static partial int EVP_MAC_final(EvpMacContextHandle context, Span<byte> output, out nuint written, nuint length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_CIPHER_fetch(nint library, string name, nint properties);

    [LibraryImport(Library)]
    public static partial void EVP_CIPHER_free(nint cipher);

    [LibraryImport(Library)]
    public static partial EvpCipherContextHandle EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int length, Span<byte> octets);

    [LibraryImport(Library)]
    public static partial int EVP_CIPHER_CTX_set_padding(nint context, int padding);

    [LibraryImport(Library)]
    public static partial int EVP_CipherInit_ex2(
        nint context, nint cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, int encrypt, nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_CipherUpdate(nint context, Span<byte> output, out int written, ReadOnlySpan<byte> input, int length);

    [LibraryImport(Library)]
    public static partial int EVP_CipherFinal_ex(nint context, Span<byte> output, out int written);

    [LibraryImport(Library)]
    public static partial nint d2i_PUBKEY(nint reuse, ref nint der, nint length);

    /// <summary>PKCS#8, PKCS#1 or SEC 1, whichever the octets are; none of them encrypted.</summary>
    [LibraryImport(Library)]
    public static partial nint d2i_AutoPrivateKey(nint reuse, ref nint der, nint length);

    [LibraryImport(Library)]
    public static partial nint d2i_X509(nint reuse, ref nint der, nint length);

    [LibraryImport(Library)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Library)]
    public static partial X509StoreHandle X509_STORE_new();

    [LibraryImport(Library)]
    public static partial void X509_STORE_free(nint store);

    [LibraryImport(Library)]
    public static partial int X509_STORE_add_cert(X509StoreHandle store, X509Handle certificate);

    [LibraryImport(Library)]
    public static partial int X509_STORE_set_flags(X509StoreHandle store, uint flags);

    [LibraryImport(Library)]
    public static partial X509StoreContextHandle X509_STORE_CTX_new();

    [LibraryImport(Library)]
    public static partial void X509_STORE_CTX_free(nint context);

    /// <param name="between">A stack, or 0.</param>
    [LibraryImport(Library)]
    public static partial int X509_STORE_CTX_init(X509StoreContextHandle context, X509StoreHandle store, X509Handle end, nint between);

    [LibraryImport(Library)]
    public static partial void X509_STORE_CTX_set_time(X509StoreContextHandle context, uint flags, long unixSeconds);

    [LibraryImport(Library)]
    public static partial int X509_verify_cert(X509StoreContextHandle context);

    [LibraryImport(Library)]
    public static partial nint OPENSSL_sk_new_null();

    /// <summary>Gives the new number of elements, 0 on lack of memory.</summary>
    [LibraryImport(Library)]
    public static partial int OPENSSL_sk_push(nint stack, nint element);

    [LibraryImport(Library)]
    public static partial void OPENSSL_sk_free(nint stack);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_PKEY_is_a(EvpPKeyHandle key, string name);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_get_bits(EvpPKeyHandle key);

    /// <summary>1 when both have the same public key.</summary>
    [LibraryImport(Library)]
    public static partial int EVP_PKEY_eq(EvpPKeyHandle one, EvpPKeyHandle other);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_get_group_name(EvpPKeyHandle key, Span<byte> name, nuint size, out nuint length);

    [LibraryImport(Library)]
    public static partial EvpDigestContextHandle EVP_MD_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_DigestSignInit_ex(
        EvpDigestContextHandle context,
        out nint keyContext,
        string? digest,
        nint library,
        nint properties,
        EvpPKeyHandle key,
        nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_DigestSign(
        EvpDigestContextHandle context, Span<byte> signature, ref nuint length, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_DigestVerifyInit_ex(
        EvpDigestContextHandle context,
        out nint keyContext,
        string? digest,
        nint library,
        nint properties,
        EvpPKeyHandle key,
        nint parameters);

    [LibraryImport(Library)]
    public static partial int EVP_DigestVerify(
        EvpDigestContextHandle context, ReadOnlySpan<byte> signature, nuint length, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_CTX_set_rsa_padding(nint context, int padding);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_CTX_set_rsa_pss_saltlen(nint context, int length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int EVP_PKEY_CTX_set_rsa_mgf1_md_name(nint context, string digest, nint properties);

    /// <summary>For calls that only fail on a bug or on lack of memory.</summary>
    public static void Require(bool succeeded, string function)
    {
        if (succeeded)
            return;
        ERR_clear_error();
        throw new CryptographicException($"OpenSSL refused {function}");
    }

    [LibraryImport(Library)]
    private static partial nint OpenSSL_version(int what);
}
