using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Protection;

/// <summary>Turns a payload chain into datagrams: one with an SK payload, or fragments (RFC 7296 3.14, RFC 7383 2.5).</summary>
internal static class MessageSealer
{
    /// <summary>Seals a message.</summary>
    /// <param name="header">Next payload and length are filled here.</param>
    /// <param name="first">Type of the first payload of <paramref name="content"/>.</param>
    /// <param name="content">The payload chain.</param>
    /// <param name="maxLength">
    /// Longest datagram, without UDP and IP headers and non-ESP marker; <see cref="int.MaxValue"/> where the peer takes no fragments.
    /// </param>
    /// <param name="spent">A message that is needed no more: overwritten and given back where it has the same length.</param>
    public static byte[][] Seal(
        MessageCipher cipher, IkeHeader header, PayloadType first, ReadOnlySpan<byte> content, int maxLength, byte[][]? spent = null)
    {
        int whole = SealedLayout.HeadersLength + cipher.BodyLength(content.Length);
        if (whole <= maxLength)
        {
            byte[][] message = spent is [{ } only] && only.Length == whole ? spent : [new byte[whole]];
            SealWhole(cipher, header, first, content, message[0]);
            return message;
        }

        int each = cipher.MaxContentLength(maxLength - SealedLayout.FragmentHeadersLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(each, 1, nameof(maxLength));
        byte[][] datagrams = new byte[(content.Length + each - 1) / each][];
        for (int i = 0; i < datagrams.Length; i++)
        {
            ReadOnlySpan<byte> part = content[(i * each)..Math.Min((i + 1) * each, content.Length)];
            // RFC 7383 2.5: the first fragment names the first inner payload, the others name none.
            datagrams[i] = SealFragment(cipher, header, i == 0 ? first : PayloadType.None, part, i + 1, datagrams.Length);
        }

        return datagrams;
    }

    /// <summary>The headers that IntAuth covers, for a message that we send (RFC 9242 3.3.2).</summary>
    /// <param name="destination"><see cref="SealedLayout.HeadersLength"/> octets.</param>
    public static void WriteHeaders(Span<byte> destination, IkeHeader header, PayloadType first, int bodyLength)
    {
        IkeHeader final = header with
        {
            NextPayload = PayloadType.Encrypted,
            TotalLength = SealedLayout.HeadersLength + bodyLength,
        };
        final.Write(destination);
        GenericHeader.Write(destination[IkeHeader.Length..], first, GenericHeader.Length + bodyLength);
    }

    private static void SealWhole(
        MessageCipher cipher, IkeHeader header, PayloadType first, ReadOnlySpan<byte> content, byte[] message)
    {
        WriteHeaders(message, header, first, message.Length - SealedLayout.HeadersLength);
        content.CopyTo(message.AsSpan(SealedLayout.HeadersLength + cipher.IvLength));
        cipher.Seal(message, SealedLayout.HeadersLength, content.Length);
    }

    private static byte[] SealFragment(
        MessageCipher cipher, IkeHeader header, PayloadType first, ReadOnlySpan<byte> part, int number, int total)
    {
        byte[] message = new byte[SealedLayout.FragmentHeadersLength + cipher.BodyLength(part.Length)];
        IkeHeader final = header with { NextPayload = PayloadType.EncryptedFragment, TotalLength = message.Length };
        final.Write(message);
        GenericHeader.Write(message.AsSpan(IkeHeader.Length), first, message.Length - IkeHeader.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(SealedLayout.HeadersLength), checked((ushort)number));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(SealedLayout.HeadersLength + 2), checked((ushort)total));
        part.CopyTo(message.AsSpan(SealedLayout.FragmentHeadersLength + cipher.IvLength));
        cipher.Seal(message, SealedLayout.FragmentHeadersLength, part.Length);
        return message;
    }
}
