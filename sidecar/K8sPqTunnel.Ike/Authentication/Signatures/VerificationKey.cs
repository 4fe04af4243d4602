using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>A key that verifies signatures.</summary>
internal sealed class VerificationKey : IDisposable
{
    private VerificationKey(EvpPKeyHandle key, KeyKind kind)
    {
        Key = key;
        Kind = kind;
    }

    public KeyKind Kind { get; }

    internal EvpPKeyHandle Key { get; }

    /// <summary>Reads a SubjectPublicKeyInfo (RFC 5280 4.1.2.7).</summary>
    /// <param name="flaw">Why it is not taken, to follow "its key"; null on success.</param>
    public static unsafe VerificationKey? Read(ReadOnlySpan<byte> subjectPublicKeyInfo, out string? flaw)
    {
        nint key;
        fixed (byte* start = subjectPublicKeyInfo)
        {
            nint position = (nint)start;
            key = LibCrypto.d2i_PUBKEY(0, ref position, subjectPublicKeyInfo.Length);
        }

        if (key == 0)
        {
            LibCrypto.ERR_clear_error();
            flaw = $"is malformed or unknown to {LibCrypto.Version}; taken are {KeyKinds.Known}";
            return null;
        }

        EvpPKeyHandle handle = new(key);
        if (KeyKinds.TryRecognise(handle, out KeyKind kind, out flaw))
            return new VerificationKey(handle, kind);
        handle.Dispose();
        return null;
    }

    /// <summary>Whether a signature is right; false too for an algorithm that is not one of this key's.</summary>
    public bool Verify(SignatureAlgorithm algorithm, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        KeyKinds.FamiliesOf(Kind).Contains(algorithm.Family)
        && EvpSignature.Verify(Key, algorithm.Digest, algorithm.PssSaltLength, message, signature);

    public void Dispose() => Key.Dispose();
}
