using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>
/// Diffie-Hellman, either half: over the NIST curves (RFC 5903), brainpool's (RFC 6954), X25519 and X448 (RFC 8031), and the primes of
/// RFC 3526.
/// </summary>
internal sealed class DiffieHellmanKeyExchange : KeyExchange
{
    /// <summary>SEC 1 2.3.3: an uncompressed point is 0x04 | x | y; the KE payload leaves the first octet out (RFC 5903 7).</summary>
    private const byte Uncompressed = 0x04;

    private readonly DiffieHellmanGroup _group;
    private readonly EvpPKeyHandle _key;
    private readonly byte[] _encoded;

    /// <summary>Takes ownership of a private key of the method's group.</summary>
    internal DiffieHellmanKeyExchange(KeyExchangeParameters parameters, EvpPKeyHandle key)
        : base(parameters)
    {
        _group = DiffieHellmanGroup.Of(parameters.Method);
        _key = key;
        _encoded = ExportPublicKey(key);
    }

    public override ReadOnlySpan<byte> Data => _encoded.AsSpan(_group.PrefixLength);

    /// <summary>A fresh key pair.</summary>
    public static DiffieHellmanKeyExchange Generate(KeyExchangeParameters parameters)
    {
        DiffieHellmanGroup group = DiffieHellmanGroup.Of(parameters.Method);
        using EvpPKeyContextHandle context = LibCrypto.EVP_PKEY_CTX_new_from_name(0, group.Algorithm, 0);
        LibCrypto.Require(LibCrypto.EVP_PKEY_keygen_init(context) == 1, nameof(LibCrypto.EVP_PKEY_keygen_init));
        LibCrypto.Require(
            group.Group is null || LibCrypto.EVP_PKEY_CTX_set_group_name(context, group.Group) == 1,
            nameof(LibCrypto.EVP_PKEY_CTX_set_group_name));
        LibCrypto.Require(LibCrypto.EVP_PKEY_generate(context, out nint key) == 1, nameof(LibCrypto.EVP_PKEY_generate));
        return new DiffieHellmanKeyExchange(parameters, new EvpPKeyHandle(key));
    }

    protected override KeyExchangeError Derive(ReadOnlySpan<byte> peerData, out Secret? secret)
    {
        secret = null;
        Span<byte> encoded = stackalloc byte[_group.PrefixLength + peerData.Length];
        encoded[0] = Uncompressed;   // Who has no such octet overwrites it.
        peerData.CopyTo(encoded[_group.PrefixLength..]);

        using EvpPKeyHandle peer = LibCrypto.EVP_PKEY_new();
        LibCrypto.Require(
            !peer.IsInvalid && LibCrypto.EVP_PKEY_copy_parameters(peer, _key) == 1, nameof(LibCrypto.EVP_PKEY_copy_parameters));

        using EvpPKeyContextHandle context = LibCrypto.EVP_PKEY_CTX_new_from_pkey(0, _key, 0);
        LibCrypto.Require(LibCrypto.EVP_PKEY_derive_init(context) == 1, nameof(LibCrypto.EVP_PKEY_derive_init));
        // RFC 7296 2.14: g^ir with zeros in front, as long as the prime.
        LibCrypto.Require(
            !_group.IsPrime || LibCrypto.EVP_PKEY_CTX_set_dh_pad(context, 1) == 1, nameof(LibCrypto.EVP_PKEY_CTX_set_dh_pad));

        // RFC 6989 2.3: OpenSSL takes no encoded point that is not on the curve, and all curves here are of prime order, so nothing is
        // left to check. RFC 6989 2.1: that a number is between 1 and p - 1 it checks when it is set as peer.
        if (LibCrypto.EVP_PKEY_set1_encoded_public_key(peer, encoded, (nuint)encoded.Length) != 1
            || LibCrypto.EVP_PKEY_derive_set_peer_ex(context, peer, validate: _group.IsPrime ? 1 : 0) != 1)
            return Refuse(_group.Refusal);

        // OpenSSL refuses to derive the all-zero secret of X25519 and X448 (RFC 7748 6).
        secret = TryDerive(context, Parameters.SecretLength);
        return secret is null ? Refuse(KeyExchangeError.SmallOrder) : KeyExchangeError.None;
    }

    protected override void Dispose(bool disposing) => _key.Dispose();

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
