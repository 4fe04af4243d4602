using System.Buffers.Binary;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>IKE messages under an AEAD (RFC 5282 3; RFC 7634 3 for ChaCha20-Poly1305).</summary>
internal sealed class AeadMessageCipher(Aead aead) : MessageCipher
{
    private ulong _sealed;

    public override int IvLength => Aead.IvLength;

    public override int IcvLength => Aead.IcvLength;

    protected override int BlockLength => 1;

    protected override void SealBody(Span<byte> message, int bodyOffset)
    {
        // RFC 5282 3.1: never the same IV twice under a key; a counter cannot repeat.
        Span<byte> iv = message.Slice(bodyOffset, IvLength);
        BinaryPrimitives.WriteUInt64BigEndian(iv, checked(++_sealed));
        Span<byte> inside = message[(bodyOffset + IvLength)..^IcvLength];
        aead.Seal(iv, message[..bodyOffset], inside, inside, message[^IcvLength..]);
    }

    protected override bool TryOpenBody(Span<byte> message, int bodyOffset)
    {
        Span<byte> inside = message[(bodyOffset + IvLength)..^IcvLength];
        return aead.TryOpen(message.Slice(bodyOffset, IvLength), message[..bodyOffset], inside, message[^IcvLength..], inside);
    }

    protected override void Dispose(bool disposing) => aead.Dispose();
}
