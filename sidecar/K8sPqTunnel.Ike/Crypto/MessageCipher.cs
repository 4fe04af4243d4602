namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Protects IKE messages of one direction under one key: the body of an SK or SKF payload (RFC 7296 3.14, RFC 7383 2.5).</summary>
/// <remarks>
/// Works in place on the whole message, which ends with the body: IV | content | padding | pad length | ICV. What stands before
/// <c>bodyOffset</c> (IKE header to the generic header, with an SKF payload to the fragment numbers) is authenticated only.
/// </remarks>
internal abstract class MessageCipher : IDisposable
{
    /// <summary>Octets between the start of the body and the content.</summary>
    public abstract int IvLength { get; }

    /// <summary>Octets after the pad length.</summary>
    public abstract int IcvLength { get; }

    /// <summary>Content, padding and pad length together are a multiple of it.</summary>
    protected abstract int BlockLength { get; }

    /// <summary>The cipher for negotiated algorithms.</summary>
    /// <param name="encryption">Negotiated encryption.</param>
    /// <param name="integrity">Negotiated integrity; <see cref="IntegrityId.None"/> with an AEAD.</param>
    /// <param name="encryptionKey">SK_ei or SK_er.</param>
    /// <param name="integrityKey">SK_ai or SK_ar; empty with an AEAD.</param>
    /// <param name="random">Makes the IVs of CBC.</param>
    public static MessageCipher Create(
        EncryptionParameters encryption, IntegrityId integrity, Secret encryptionKey, Secret integrityKey, IRandomSource random) =>
        encryption.IsAead
            ? new AeadMessageCipher(new Aead(encryption, encryptionKey.Span))
            : new CbcMessageCipher(encryptionKey.Span, new Integrity(integrity, integrityKey.Span), random);

    /// <summary>Octets of a body that carries <paramref name="contentLength"/> octets of content.</summary>
    public int BodyLength(int contentLength) => IvLength + PaddedLength(contentLength) + IcvLength;

    /// <summary>The most content that a body of <paramref name="bodyLength"/> octets can carry; negative if it can carry none.</summary>
    public int MaxContentLength(int bodyLength)
    {
        int inside = bodyLength - IvLength - IcvLength;
        return inside - inside % BlockLength - 1;
    }

    /// <summary>Pads, encrypts and authenticates.</summary>
    /// <param name="message">
    /// The message with its final lengths in the headers; its last <see cref="BodyLength"/>(<paramref name="contentLength"/>)
    /// octets are the body, in which the caller has written the content behind the IV.
    /// </param>
    /// <param name="bodyOffset">Where the body starts.</param>
    /// <param name="contentLength">Octets of content.</param>
    public void Seal(Span<byte> message, int bodyOffset, int contentLength)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(message.Length - bodyOffset, BodyLength(contentLength), nameof(message));
        Span<byte> padding = message[(bodyOffset + IvLength + contentLength)..^IcvLength];
        padding.Clear();
        padding[^1] = (byte)(padding.Length - 1);
        SealBody(message, bodyOffset);
    }

    /// <summary>Checks and decrypts a message from a stranger; false when it isn't authentic or its padding is impossible.</summary>
    /// <param name="message">The whole message, any length. Decrypted in place; of no further use when refused.</param>
    /// <param name="bodyOffset">Where the body starts, not beyond the end.</param>
    /// <param name="contentLength">Octets of content, which start at <paramref name="bodyOffset"/> + <see cref="IvLength"/>.</param>
    public bool TryOpen(Span<byte> message, int bodyOffset, out int contentLength)
    {
        contentLength = 0;
        int inside = message.Length - bodyOffset - IvLength - IcvLength;
        if (inside < 1 || inside % BlockLength != 0 || !TryOpenBody(message, bodyOffset))
            return false;

        // RFC 7296 3.14: the recipient takes any padding, as long as it lies inside.
        contentLength = inside - 1 - message[^(IcvLength + 1)];
        return contentLength >= 0;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes IV and ICV, encrypts what is between them.</summary>
    protected abstract void SealBody(Span<byte> message, int bodyOffset);

    /// <summary>Checks the ICV, decrypts what is between IV and ICV.</summary>
    protected abstract bool TryOpenBody(Span<byte> message, int bodyOffset);

    protected abstract void Dispose(bool disposing);

    private int PaddedLength(int contentLength) => (contentLength + 1 + BlockLength - 1) / BlockLength * BlockLength;
}
