using System.Buffers.Binary;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Notify payload (RFC 7296 3.10): protocol, SPI size, type, SPI, data.</summary>
internal readonly ref struct NotifyPayload
{
    private const int FixedLength = 4;
    private const int FirstStatus = 16384;

    private NotifyPayload(ProtocolId protocol, NotifyType type, ReadOnlySpan<byte> spi, ReadOnlySpan<byte> data)
    {
        Protocol = protocol;
        Type = type;
        Spi = spi;
        Data = data;
    }

    public ProtocolId Protocol { get; }

    public NotifyType Type { get; }

    public ReadOnlySpan<byte> Spi { get; }

    public ReadOnlySpan<byte> Data { get; }

    public bool IsError => (ushort)Type < FirstStatus;

    public static bool TryRead(ReadOnlySpan<byte> body, out NotifyPayload notify)
    {
        notify = default;
        if (body.Length < FixedLength || body.Length < FixedLength + body[1])
            return false;

        int spiLength = body[1];
        notify = new NotifyPayload(
            (ProtocolId)body[0],
            (NotifyType)BinaryPrimitives.ReadUInt16BigEndian(body[2..]),
            body.Slice(FixedLength, spiLength),
            body[(FixedLength + spiLength)..]);
        return true;
    }

    public static void Write(
        PayloadWriter writer,
        NotifyType type,
        ReadOnlySpan<byte> data = default,
        ProtocolId protocol = ProtocolId.None,
        ReadOnlySpan<byte> spi = default)
    {
        writer.Begin(PayloadType.Notify);
        writer.Put((byte)protocol);
        writer.Put((byte)spi.Length);
        writer.PutUInt16((ushort)type);
        writer.Put(spi);
        writer.Put(data);
        writer.End();
    }
}
