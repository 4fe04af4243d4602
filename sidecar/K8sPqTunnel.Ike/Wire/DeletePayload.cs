using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Delete payload (RFC 7296 3.11): protocol, SPI size, count, the sender's inbound SPIs.</summary>
internal readonly ref struct DeletePayload
{
    private const int FixedLength = 4;
    private readonly ReadOnlySpan<byte> _spis;

    private DeletePayload(ProtocolId protocol, ReadOnlySpan<byte> spis)
    {
        Protocol = protocol;
        _spis = spis;
    }

    public ProtocolId Protocol { get; }

    /// <summary>How many SPIs of ESP or AH; 0 for an IKE SA, which is the one that carries the message.</summary>
    public int Count => _spis.Length / EspSpi.Length;

    public EspSpi this[int index] => new(BinaryPrimitives.ReadUInt32BigEndian(_spis[(index * EspSpi.Length)..]));

    public static bool TryRead(ReadOnlySpan<byte> body, out DeletePayload delete)
    {
        delete = default;
        if (body.Length < FixedLength)
            return false;

        var protocol = (ProtocolId)body[0];
        int spiLength = body[1];
        int count = BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
        ReadOnlySpan<byte> spis = body[FixedLength..];
        // RFC 7296 3.11: no SPI for IKE, four octets for ESP and AH.
        bool consistent = protocol switch
        {
            ProtocolId.Ike => spiLength == 0,
            ProtocolId.AuthenticationHeader or ProtocolId.Esp => spiLength == EspSpi.Length,
            _ => true,
        };
        if (!consistent || count > IkeLimits.DeletedSpis || spis.Length != spiLength * count)
            return false;

        delete = new DeletePayload(protocol, spis);
        return true;
    }

    /// <summary>Deletes the IKE SA that carries the message.</summary>
    public static void WriteIke(PayloadWriter writer)
    {
        writer.Begin(PayloadType.Delete);
        writer.Put((byte)ProtocolId.Ike);
        writer.Put(0);
        writer.PutUInt16(0);
        writer.End();
    }

    public static void WriteEsp(PayloadWriter writer, IReadOnlyCollection<EspSpi> inbound)
    {
        writer.Begin(PayloadType.Delete);
        writer.Put((byte)ProtocolId.Esp);
        writer.Put(EspSpi.Length);
        writer.PutUInt16((ushort)inbound.Count);
        foreach (EspSpi spi in inbound)
            writer.PutUInt32(spi.Value);
        writer.End();
    }
}
