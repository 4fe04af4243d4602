using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What an ESP AEAD authenticates besides the ciphertext: SPI | sequence number, 32 or 64 bits of it (RFC 4106 5).</summary>
internal static class EspAssociatedData
{
    /// <summary>Writes it and gives back the part of <paramref name="destination"/> that it fills: 8 or 12 octets.</summary>
    public static Span<byte> Write(Span<byte> destination, EspSpi spi, ulong sequence, bool extended)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, spi.Value);
        if (extended)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination[4..], sequence);
            return destination[..12];
        }
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)sequence);
        return destination[..8];
    }
}
