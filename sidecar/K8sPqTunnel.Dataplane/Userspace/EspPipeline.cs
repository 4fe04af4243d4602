using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Moves packets between the inner side and the UDP socket through one tunnel's SAs, and counts them. Safe from several threads.</summary>
internal sealed class EspPipeline : IInnerPath
{
    private const int SpiLength = EspSpi.Length;

    private readonly SaDatabase _database;
    private readonly IInnerSink _sink;
    private readonly Action<EspSpi, PeerPath>? _peerMoved;
    private readonly DropCounters _drops = new();
    private readonly TrafficCounters _inbound = new();
    private readonly TrafficCounters _outbound = new();
    private readonly SealWorker[] _queues;
    private readonly Lock _injecting = new();
    private readonly SealWorker _injector;
    private PacketMerger? _idleMerger;

    /// <param name="trap">Told of packets that no SA carries.</param>
    /// <param name="queues">How many threads send, each by a queue number of its own.</param>
    public EspPipeline(
        SaDatabase database, IEspTransport transport, IInnerSink sink, Action<EspSpi, PeerPath>? peerMoved, Trap? trap = null, int queues = 0)
    {
        _database = database;
        _sink = sink;
        _peerMoved = peerMoved;
        _injector = new SealWorker(0, database, transport, _outbound, _drops, trap);
        _queues = [.. Enumerable.Range(1, queues).Select(index => new SealWorker(index, database, transport, _outbound, _drops, trap))];
    }

    /// <summary>How many threads an outbound SA must serve.</summary>
    public int Workers => _queues.Length + 1;

    /// <summary>The inner side takes datagrams of UDP merged.</summary>
    public bool MergesUdp { get; set; }

    public Func<ReadOnlySpan<byte>, bool>? Tap { get; set; }

    /// <summary>Answers the peer's health checks; null for nobody.</summary>
    public ProbeResponder? Responder { get; set; }

    public bool TrySend(ReadOnlyMemory<byte> packet) => SendInner([packet]) == 1;

    /// <summary>Seals inner packets and sends them in one batch. From any thread.</summary>
    /// <param name="packets">Valid only during the call.</param>
    /// <returns>How many were sent; the rest is counted by reason.</returns>
    public int SendInner(ReadOnlySpan<ReadOnlyMemory<byte>> packets)
    {
        lock (_injecting)
            return _injector.Send(packets, haveHeaders: false);
    }

    /// <summary>Seals frames of the TUN interface and sends their packets.</summary>
    /// <param name="queue">Of the caller's own.</param>
    /// <param name="frames">Valid only during the call.</param>
    public void SendFrames(int queue, ReadOnlySpan<ReadOnlyMemory<byte>> frames) => _queues[queue].Send(frames, haveHeaders: true);

    /// <summary>Opens a batch of received datagrams in place and hands the inner packets on.</summary>
    public void Receive(ReadOnlySpan<EspDatagram> batch)
    {
        // One thread receives, as a rule; another one beside it makes a merger of its own, and one of the two is kept.
        PacketMerger merger = Interlocked.Exchange(ref _idleMerger, null) ?? new PacketMerger(_sink) { MergesUdp = MergesUdp };
        for (; batch.Length > PinnedPayloads.Capacity; batch = batch[PinnedPayloads.Capacity..])
            ReceiveSome(batch[..PinnedPayloads.Capacity], merger);
        ReceiveSome(batch, merger);
        Volatile.Write(ref _idleMerger, merger);
    }

    public DataplaneCounters ReadCounters() => new(_inbound.Packets, _inbound.Octets, _outbound.Packets, _outbound.Octets, _drops.Read())
    {
        ProbesAnswered = Responder?.Answered ?? 0,
    };

    private unsafe void ReceiveSome(ReadOnlySpan<EspDatagram> batch, PacketMerger merger)
    {
        int passed = 0, lost = 0;
        long octets = 0;
        InboundSa? sa = null;
        PinnedPayloads pinned = default;
        try
        {
            for (int d = 0; d < batch.Length; d++)
            {
                pinned[d] = batch[d].Payload.Pin();
                int count = batch[d].Count;
                for (int i = 0; i < count; i++)
                {
                    EspDatagram one = batch[d][i];
                    EspDrop reason = Open(one, ref sa, out int offset, out int length);
                    if (reason != EspDrop.None && (length == 0 || Responder?.TryReturn(one.Payload.Slice(offset, length)) != true))
                    {
                        _drops.Add(reason);
                        continue;
                    }
                    if (length == 0)
                        continue;
                    passed++;
                    octets += length;
                    if (reason == EspDrop.None && !IsTaken(one.Payload.Slice(offset, length)))
                        lost += merger.Add((byte*)pinned[d].Pointer + i * batch[d].SegmentLength + offset, length);
                }
            }
            lost += merger.Flush();
        }
        finally
        {
            for (int d = 0; d < batch.Length; d++)
                pinned[d].Dispose();
        }
        if (passed > 0)
            _inbound.Add(passed, octets);
        if (lost > 0)
            _drops.Add(EspDrop.XfrmInBufferError, lost);
    }

    private bool IsTaken(Memory<byte> packet) =>
        Tap?.Invoke(packet.Span) == true || (Responder is { } responder && (responder.TryAnswer(packet) || responder.TryReturn(packet)));

    /// <param name="sa">That of the packet before, which most often is this one's too.</param>
    /// <param name="offset">Where in the datagram the inner packet begins.</param>
    /// <param name="length">Its octets; 0 for none.</param>
    private EspDrop Open(in EspDatagram datagram, ref InboundSa? sa, out int offset, out int length)
    {
        (offset, length) = (0, 0);
        if (datagram.Payload.Length < EspFormat.HeaderLength)
            return EspDrop.XfrmInHdrError;
        var spi = new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(datagram.Payload.Span[..SpiLength]));
        if ((sa is null || sa.Spi != spi) && !_database.TryFindInbound(spi, out sa))
            return EspDrop.XfrmInNoStates;
        offset = Math.Min(sa.Layout.PayloadOffset, datagram.Payload.Length);
        EspDrop refusal = sa.Open(datagram, datagram.Payload.Span[offset..], out length, out bool moved);
        if (moved)
            _peerMoved?.Invoke(spi, datagram.Path);
        return refusal;
    }
}
