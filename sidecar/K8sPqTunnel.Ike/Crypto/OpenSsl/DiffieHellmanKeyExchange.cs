using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Elliptic-curve Diffie-Hellman, either half: P-256, P-384, P-521 (RFC 5903) and X25519 (RFC 8031).</summary>
internal sealed class DiffieHellmanKeyExchange : KeyExchange
{
    /// <summary>SEC 1 2.3.3: an uncompressed point is 0x04 | x | y; the KE payload leaves the first octet out (RFC 5903 7).</summary>
    private const byte Uncompressed = 0x04;

    private readonly EvpPKeyHandle _key;
    private readonly byte[] _encoded;

    /// <summary>Takes ownership of a private key of the method's curve.</summary>
    internal DiffieHellmanKeyExchange(KeyExchangeParameters parameters, EvpPKeyHandle key)
        : base(parameters)
    {
        _key = key;
        _encoded = ExportPublicKey(key);
    }

    public override ReadOnlySpan<byte> Data => _encoded.AsSpan(PrefixLength);

    private int PrefixLength => Method == KeyExchangeMethod.X25519 ? 0 : 1;

    /// <summary>A fresh key pair.</summary>
    public static DiffieHellmanKeyExchange Generate(KeyExchangeParameters parameters)
    {
        string? curve = CurveOf(parameters.Method);
        using EvpPKeyContextHandle context = LibCrypto.EVP_PKEY_CTX_new_from_name(0, curve is null ? "X25519" : "EC", 0);
        LibCrypto.Require(LibCrypto.EVP_PKEY_keygen_init(context) == 1, nameof(LibCrypto.EVP_PKEY_keygen_init));
        LibCrypto.Require(
            curve is null || LibCrypto.EVP_PKEY_CTX_set_group_name(context, curve) == 1, nameof(LibCrypto.EVP_PKEY_CTX_set_group_name));
        LibCrypto.Require(LibCrypto.EVP_PKEY_generate(context, out nint key) == 1, nameof(LibCrypto.EVP_PKEY_generate));
        return new DiffieHellmanKeyExchange(parameters, new EvpPKeyHandle(key));
    }

    protected override KeyExchangeError Derive(ReadOnlySpan<byte> peerData, out Secret? secret)
    {
        secret = null;
        Span<byte> encoded = stackalloc byte[PrefixLength + peerData.Length];
        encoded[0] = Uncompressed;   // X25519 has no such octet, and overwrites it.
        peerData.CopyTo(encoded[PrefixLength..]);

        using EvpPKeyHandle peer = LibCrypto.EVP_PKEY_new();
        LibCrypto.Require(
            !peer.IsInvalid && LibCrypto.EVP_PKEY_copy_parameters(peer, _key) == 1, nameof(LibCrypto.EVP_PKEY_copy_parameters));

        // OpenSSL checks that the point lies on the curve (RFC 6989 2.3), here and again when it is set as peer.
        using EvpPKeyContextHandle context = LibCrypto.EVP_PKEY_CTX_new_from_pkey(0, _key, 0);
        LibCrypto.Require(LibCrypto.EVP_PKEY_derive_init(context) == 1, nameof(LibCrypto.EVP_PKEY_derive_init));
        if (LibCrypto.EVP_PKEY_set1_encoded_public_key(peer, encoded, (nuint)encoded.Length) != 1
            || LibCrypto.EVP_PKEY_derive_set_peer(context, peer) != 1)
            return Refuse(KeyExchangeError.NotOnCurve);

        // OpenSSL refuses to derive the all-zero secret of X25519 (RFC 7748 6.1).
        secret = TryDerive(context, Parameters.SecretLength);
        return secret is null ? Refuse(KeyExchangeError.SmallOrder) : KeyExchangeError.None;
    }

    protected override void Dispose(bool disposing) => _key.Dispose();

    private static string? CurveOf(KeyExchangeMethod method) => method switch
    {
        KeyExchangeMethod.Ecp256 => "P-256",
        KeyExchangeMethod.Ecp384 => "P-384",
        KeyExchangeMethod.Ecp521 => "P-521",
        KeyExchangeMethod.X25519 => null,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "not a Diffie-Hellman method"),
    };

    private static KeyExchangeError Refuse(KeyExchangeError error)
    {
        LibCrypto.ERR_clear_error();
        return error;
    }

    private static byte[] ExportPublicKey(EvpPKeyHandle key)
    {
        nuint length = LibCrypto.EVP_PKEY_get1_encoded_public_key(key, out nint encoded);
        LibCrypto.Require(length > 0, nameof(LibCrypto.EVP_PKEY_get1_encoded_public_key));
        byte[] copy = new byte[(int)length];
        Marshal.Copy(encoded, copy, 0, copy.Length);
        LibCrypto.CRYPTO_free(encoded, 0, 0);
        return copy;
    }

    private static Secret? TryDerive(EvpPKeyContextHandle context, int length)
    {
        bool derived = false;
        Secret secret = Secret.Create(length, context, (destination, context) =>
        {
            nuint written = (nuint)destination.Length;
            derived = LibCrypto.EVP_PKEY_derive(context, destination, ref written) == 1 && written == (nuint)destination.Length;
        });
        if (derived)
            return secret;
        secret.Dispose();
        return null;
    }
}
