using System.Buffers;
using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Moves packets between the inner side and the UDP socket through one tunnel's SAs, and counts them. Safe from several threads.</summary>
/// <param name="trap">Told of packets that no SA carries.</param>
internal sealed class EspPipeline(
    SaDatabase database, IEspTransport transport, IInnerSink sink, Action<EspSpi, PeerPath>? peerMoved, Trap? trap = null) : IInnerPath
{
    private const int SpiLength = EspSpi.Length;

    private readonly DropCounters _drops = new();
    private long _inboundPackets;
    private long _inboundOctets;
    private long _outboundPackets;
    private long _outboundOctets;

    public Func<ReadOnlySpan<byte>, bool>? Tap { get; set; }

    public bool TrySend(ReadOnlyMemory<byte> packet) => SendInner([packet]) == 1;

    /// <summary>Seals inner packets and sends them in one batch.</summary>
    /// <param name="packets">Valid only during the call.</param>
    /// <returns>How many were sent; the rest is counted by reason.</returns>
    public int SendInner(ReadOnlySpan<ReadOnlyMemory<byte>> packets)
    {
        int arenaLength = 0;
        foreach (ReadOnlyMemory<byte> packet in packets)
            arenaLength += packet.Length + EspFormat.LargestOverhead;
        byte[] arena = ArrayPool<byte>.Shared.Rent(arenaLength);
        EspDatagram[] batch = ArrayPool<EspDatagram>.Shared.Rent(packets.Length);
        int sent = 0;
        int used = 0;
        foreach (ReadOnlyMemory<byte> packet in packets)
        {
            EspDrop reason = Seal(packet.Span, arena.AsMemory(used), out batch[sent]);
            if (reason == EspDrop.None)
                used += batch[sent++].Payload.Length;
            else
                _drops.Add(reason);
        }
        if (sent > 0)
            transport.Send(batch.AsSpan(0, sent));
        ArrayPool<EspDatagram>.Shared.Return(batch, clearArray: true);
        ArrayPool<byte>.Shared.Return(arena);
        return sent;
    }

    /// <summary>Opens a batch of received datagrams and hands the inner packets on.</summary>
    public void Receive(ReadOnlySpan<EspDatagram> batch)
    {
        int longest = 0;
        foreach (ref readonly EspDatagram datagram in batch)
            longest = Math.Max(longest, datagram.Payload.Length);
        byte[] inner = ArrayPool<byte>.Shared.Rent(longest);
        foreach (ref readonly EspDatagram datagram in batch)
        {
            EspDrop reason = Open(datagram, inner);
            if (reason != EspDrop.None)
                _drops.Add(reason);
        }
        ArrayPool<byte>.Shared.Return(inner);
    }

    public DataplaneCounters ReadCounters() => new(
        Volatile.Read(ref _inboundPackets),
        Volatile.Read(ref _inboundOctets),
        Volatile.Read(ref _outboundPackets),
        Volatile.Read(ref _outboundOctets),
        _drops.Read());

    private EspDrop Seal(ReadOnlySpan<byte> packet, Memory<byte> destination, out EspDatagram datagram)
    {
        datagram = default;
        // RFC 4301 5.1 step 2: what no SA covers is discarded, never passed by.
        if (!InnerHeader.TryParse(packet, out InnerHeader header))
            return EspDrop.XfrmOutNoStates;
        if (!database.TryFindOutbound(header, out OutboundSa? sa))
        {
            trap?.Spring();
            return EspDrop.XfrmOutNoStates;
        }

        EspDrop refusal = sa.Seal(packet[..header.TotalLength], destination.Span, out int length);
        if (refusal != EspDrop.None)
            return refusal;

        datagram = new EspDatagram(sa.Path, destination[..length], TunnelEcn.Encapsulate(header.TrafficClass));
        Interlocked.Increment(ref _outboundPackets);
        Interlocked.Add(ref _outboundOctets, header.TotalLength);
        return EspDrop.None;
    }

    private EspDrop Open(in EspDatagram datagram, byte[] inner)
    {
        if (datagram.Payload.Length < EspFormat.HeaderLength)
            return EspDrop.XfrmInHdrError;
        var spi = new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(datagram.Payload.Span[..SpiLength]));
        if (!database.TryFindInbound(spi, out InboundSa? sa))
            return EspDrop.XfrmInNoStates;
        EspDrop refusal = sa.Open(datagram, inner, out int length, out bool moved);
        if (moved)
            peerMoved?.Invoke(spi, datagram.Path);
        if (refusal != EspDrop.None || length == 0)
            return refusal;

        Interlocked.Increment(ref _inboundPackets);
        Interlocked.Add(ref _inboundOctets, length);
        ReadOnlySpan<byte> packet = inner.AsSpan(0, length);
        return Tap?.Invoke(packet) == true || sink.TryDeliver(packet) ? EspDrop.None : EspDrop.XfrmInBufferError;
    }
}
