using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike;

/// <summary>The Security Parameters Index by which one end knows an IKE SA (RFC 7296 3.1).</summary>
/// <param name="Value">Eight octets as a big endian number; 0 only while the responder has not chosen yet.</param>
public readonly record struct IkeSpi(ulong Value)
{
    /// <summary>Octets on the wire.</summary>
    public const int Length = 8;

    public bool IsZero => Value == 0;

    /// <summary>Reads the two SPIs that every IKE message starts with, so that a daemon can find the SA's owner.</summary>
    /// <returns>False when <paramref name="message"/> is too short to hold them.</returns>
    public static bool TryReadPair(ReadOnlySpan<byte> message, out IkeSpi initiator, out IkeSpi responder)
    {
        initiator = responder = default;
        if (message.Length < 2 * Length)
            return false;
        initiator = new IkeSpi(BinaryPrimitives.ReadUInt64BigEndian(message));
        responder = new IkeSpi(BinaryPrimitives.ReadUInt64BigEndian(message[Length..]));
        return true;
    }

    /// <summary>A fresh one.</summary>
    internal static IkeSpi Draw(IRandomSource random)
    {
        Span<byte> octets = stackalloc byte[Length];
        // RFC 7296 3.1: neither SPI is ever zero.
        do
            random.Fill(octets);
        while (!octets.ContainsAnyExcept((byte)0));
        return Read(octets);
    }

    internal static IkeSpi Read(ReadOnlySpan<byte> octets) => new(BinaryPrimitives.ReadUInt64BigEndian(octets));

    /// <summary>As it stands on the wire.</summary>
    internal byte[] ToArray()
    {
        byte[] octets = new byte[Length];
        Write(octets);
        return octets;
    }

    internal void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    public override string ToString() => Value.ToString("x16");
}
