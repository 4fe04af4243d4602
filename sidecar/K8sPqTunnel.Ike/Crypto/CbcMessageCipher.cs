using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>IKE messages under AES-CBC and HMAC: encrypt, then authenticate the whole message (RFC 7296 3.14, RFC 3602).</summary>
internal sealed class CbcMessageCipher : MessageCipher
{
    private const int AesBlockLength = 16;

    private readonly Secret _key;
    private EvpCbcContext? _encryption;
    private EvpCbcContext? _decryption;
    private readonly Integrity _integrity;
    private readonly IRandomSource _random;

    /// <summary>Keys both algorithms.</summary>
    /// <param name="encryptionKey">16, 24 or 32 octets; copied.</param>
    /// <param name="integrity">Owned from here on.</param>
    /// <param name="random">RFC 7296 3.14: the IV of CBC is unpredictable.</param>
    public CbcMessageCipher(ReadOnlySpan<byte> encryptionKey, Integrity integrity, IRandomSource random)
    {
        _key = new Secret(encryptionKey);
        _integrity = integrity;
        _random = random;
    }

    public override int IvLength => AesBlockLength;

    public override int IcvLength => _integrity.IcvLength;

    protected override int BlockLength => AesBlockLength;

    protected override void SealBody(Span<byte> message, int bodyOffset)
    {
        Span<byte> iv = message.Slice(bodyOffset, IvLength);
        Span<byte> inside = message[(bodyOffset + IvLength)..^IcvLength];
        _random.Fill(iv);
        _encryption ??= new EvpCbcContext(_key.Span, encrypt: true);
        _encryption.Transform(iv, inside);
        _integrity.Compute(message[..^IcvLength], message[^IcvLength..]);
    }

    protected override bool TryOpenBody(Span<byte> message, int bodyOffset)
    {
        // RFC 7296 3.14: nothing is decrypted that isn't authentic, so the padding tells a stranger nothing.
        if (!_integrity.Verify(message[..^IcvLength], message[^IcvLength..]))
            return false;
        Span<byte> inside = message[(bodyOffset + IvLength)..^IcvLength];
        _decryption ??= new EvpCbcContext(_key.Span, encrypt: false);
        _decryption.Transform(message.Slice(bodyOffset, IvLength), inside);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _encryption?.Dispose();
        _decryption?.Dispose();
        _key.Dispose();
        _integrity.Dispose();
    }
}
