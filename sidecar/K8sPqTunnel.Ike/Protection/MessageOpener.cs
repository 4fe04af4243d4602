using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Protection;

/// <summary>Checks and decrypts one protected datagram in place (RFC 7296 3.14, RFC 7383 2.5).</summary>
internal static class MessageOpener
{
    /// <summary>Opens a datagram whose IKE header has been read.</summary>
    /// <param name="message">The datagram; holds plaintext afterwards, or nothing of use when refused.</param>
    public static OpenResult TryOpen(Span<byte> message, MessageCipher cipher, out OpenedPart part)
    {
        part = default;
        var outer = (PayloadType)message[IkeHeader.NextPayloadOffset];
        bool isFragment = outer == PayloadType.EncryptedFragment;
        int bodyOffset = isFragment ? SealedLayout.FragmentHeadersLength : SealedLayout.HeadersLength;

        // RFC 7383 2.5.3 lets other payloads stand before the encrypted one; nobody sends any, and in IKE_INTERMEDIATE they
        // would escape the conversation's authentication (RFC 9242 3.3.2). So the encrypted payload has to stand alone.
        if (!isFragment && outer != PayloadType.Encrypted)
            return OpenResult.BadLayout;
        if (message.Length < bodyOffset)
            return OpenResult.BadLayout;
        ReadOnlySpan<byte> generic = message[IkeHeader.Length..];
        if (BinaryPrimitives.ReadUInt16BigEndian(generic[2..]) != generic.Length)
            return OpenResult.BadLayout;

        var first = (PayloadType)generic[0];
        int fragment = 0, total = 0;
        if (isFragment)
        {
            fragment = BinaryPrimitives.ReadUInt16BigEndian(generic[GenericHeader.Length..]);
            total = BinaryPrimitives.ReadUInt16BigEndian(generic[(GenericHeader.Length + 2)..]);
            // RFC 7383 2.5: numbers start at 1 and do not exceed the total.
            if (fragment == 0 || fragment > total)
                return OpenResult.BadLayout;
        }

        if (!cipher.TryOpen(message, bodyOffset, out int contentLength))
            return OpenResult.NotAuthentic;

        int start = bodyOffset + cipher.IvLength;
        part = new OpenedPart(first, start..(start + contentLength), fragment, total);
        return OpenResult.Opened;
    }
}
