using System.Buffers.Binary;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>The IKE header (RFC 7296 3.1).</summary>
/// <param name="TotalLength">Octets of the message, header included.</param>
internal readonly record struct IkeHeader(
    IkeSpi InitiatorSpi,
    IkeSpi ResponderSpi,
    PayloadType NextPayload,
    ExchangeType Exchange,
    HeaderFlags Flags,
    uint MessageId,
    int TotalLength)
{
    public const int Length = 28;
    public const int NextPayloadOffset = 16;
    public const int TotalLengthOffset = 24;
    public const int VersionOffset = 17;

    /// <summary>The highest that we speak.</summary>
    public const byte MajorVersion = 2;

    public bool IsResponse => (Flags & HeaderFlags.Response) != HeaderFlags.None;

    public bool IsFromInitiator => (Flags & HeaderFlags.Initiator) != HeaderFlags.None;

    /// <summary>Reads the header of a whole datagram.</summary>
    public static ParseError TryRead(ReadOnlySpan<byte> datagram, out IkeHeader header)
    {
        header = default;
        if (datagram.Length < Length || !IkeSpi.TryReadPair(datagram, out IkeSpi initiator, out IkeSpi responder))
            return ParseError.Truncated;
        if (datagram[VersionOffset] >> 4 != MajorVersion)
            return ParseError.UnsupportedVersion;                    // RFC 7296 2.5: the minor version is ignored

        uint length = BinaryPrimitives.ReadUInt32BigEndian(datagram[TotalLengthOffset..]);
        if (length != datagram.Length)
            return ParseError.BadLength;
        if (initiator.IsZero)
            return ParseError.BadValue;                              // RFC 7296 3.1: MUST NOT be zero

        header = new IkeHeader(
            initiator,
            responder,
            (PayloadType)datagram[NextPayloadOffset],
            (ExchangeType)datagram[18],
            (HeaderFlags)datagram[19],
            BinaryPrimitives.ReadUInt32BigEndian(datagram[20..]),
            datagram.Length);
        return ParseError.None;
    }

    /// <summary>Reads what every major version has (RFC 7296 2.5), of a datagram of at least <see cref="Length"/> octets.</summary>
    public static IkeHeader ReadAnyVersion(ReadOnlySpan<byte> datagram) => new(
        IkeSpi.Read(datagram),
        IkeSpi.Read(datagram[IkeSpi.Length..]),
        (PayloadType)datagram[NextPayloadOffset],
        (ExchangeType)datagram[18],
        (HeaderFlags)datagram[19],
        BinaryPrimitives.ReadUInt32BigEndian(datagram[20..]),
        datagram.Length);

    /// <summary>Writes the header into the first 28 octets of <paramref name="message"/>.</summary>
    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, InitiatorSpi.Value);
        BinaryPrimitives.WriteUInt64BigEndian(message[8..], ResponderSpi.Value);
        message[NextPayloadOffset] = (byte)NextPayload;
        message[VersionOffset] = MajorVersion << 4;
        message[18] = (byte)Exchange;
        message[19] = (byte)Flags;
        BinaryPrimitives.WriteUInt32BigEndian(message[20..], MessageId);
        BinaryPrimitives.WriteUInt32BigEndian(message[TotalLengthOffset..], (uint)TotalLength);
    }
}
