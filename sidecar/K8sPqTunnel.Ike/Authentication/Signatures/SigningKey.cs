using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>A private key. OpenSSL keeps the octets and cleanses them when it is disposed, or collected.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly EvpPKeyHandle _key;

    private SigningKey(EvpPKeyHandle key, KeyKind kind)
    {
        _key = key;
        Kind = kind;
    }

    internal KeyKind Kind { get; }

    internal int Bits => LibCrypto.EVP_PKEY_get_bits(_key);

    /// <summary>Reads PKCS #8, PKCS #1 or SEC 1 in DER, not encrypted.</summary>
    /// <param name="der">Stays the caller's, who zeroes it.</param>
    /// <param name="flaw">What is wrong, to follow "the private key"; null on success.</param>
    public static unsafe SigningKey? Read(ReadOnlySpan<byte> der, out string? flaw)
    {
        nint key;
        fixed (byte* start = der)
        {
            nint position = (nint)start;
            key = LibCrypto.d2i_AutoPrivateKey(0, ref position, der.Length);
        }

        if (key == 0)
        {
            LibCrypto.ERR_clear_error();
            flaw = $"is malformed, encrypted or unknown to {LibCrypto.Version}; taken are {KeyKinds.Known}, unencrypted";
            return null;
        }

        EvpPKeyHandle handle = new(key);
        if (KeyKinds.TryRecognise(handle, out KeyKind kind, out flaw))
            return new SigningKey(handle, kind);
        handle.Dispose();
        return null;
    }

    /// <summary>Never the key.</summary>
    public override string ToString() => $"private key ({Kind})";

    public void Dispose() => _key.Dispose();

    internal bool BelongsTo(VerificationKey publicKey)
    {
        bool isSame = LibCrypto.EVP_PKEY_eq(_key, publicKey.Key) == 1;
        if (!isSame)
            LibCrypto.ERR_clear_error();
        return isSame;
    }

    /// <param name="algorithm">One of this kind of key's.</param>
    internal byte[] Sign(SignatureAlgorithm algorithm, ReadOnlySpan<byte> message) =>
        EvpSignature.Sign(_key, algorithm.Digest, algorithm.PssSaltLength, message);
}
