using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Moves packets between the inner side and the UDP socket through one tunnel's SAs, and counts them. Safe from several threads.</summary>
internal sealed class EspPipeline : IInnerPath
{
    private const int SpiLength = EspSpi.Length;

    private readonly SaDatabase _database;
    private readonly Action<EspSpi, PeerPath>? _peerMoved;
    private readonly DropCounters _drops = new();
    private readonly TrafficCounters _inbound = new();
    private readonly TrafficCounters _outbound = new();
    private readonly SealWorker[] _queues;
    private readonly Lock _injecting = new();
    private readonly SealWorker _injector;
    private readonly InnerQueue[] _innerQueues;

    /// <param name="trap">Told of packets that no SA carries.</param>
    /// <param name="queues">How many threads send, each by a queue number of its own; and queues of the sink, of which there is one at least.</param>
    public EspPipeline(
        SaDatabase database, IEspTransport transport, IInnerSink sink, Action<EspSpi, PeerPath>? peerMoved, Trap? trap = null, int queues = 0)
    {
        _database = database;
        _peerMoved = peerMoved;
        _injector = new SealWorker(0, database, transport, _outbound, _drops, trap);
        _queues = [.. Enumerable.Range(1, queues).Select(index => new SealWorker(index, database, transport, _outbound, _drops, trap))];
        _innerQueues = [.. Enumerable.Range(0, Math.Max(1, queues)).Select(number => new InnerQueue(sink, number))];
    }

    /// <summary>How many threads an SA must serve.</summary>
    public int Workers => _queues.Length + 1;

    /// <summary>The inner side takes datagrams of UDP merged.</summary>
    public bool MergesUdp
    {
        set
        {
            foreach (InnerQueue queue in _innerQueues)
                queue.Merger.MergesUdp = value;
        }
    }

    public IReadOnlyList<InnerQueue> InnerQueues => _innerQueues;

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

    /// <inheritdoc cref="IEspReceiver.Open"/>
    public void Open(ReadOnlySpan<EspDatagram> batch, OpenedBatch opened)
    {
        int first = opened.Count;
        InboundSa? sa = null;
        EspCipher? cipher = null;
        try
        {
            foreach (ref readonly EspDatagram datagrams in batch)
            {
                opened.Hold(datagrams.Payload);
                int count = datagrams.Count;
                for (int i = 0; i < count; i++)
                {
                    EspDrop reason = Open(datagrams[i], ref sa, ref cipher, out OpenedPacket packet);
                    if (reason == EspDrop.None)
                        opened.Add(packet);
                    else
                        _drops.Add(reason);
                }
            }
        }
        finally
        {
            if (cipher is not null)
                sa!.Return(cipher);
        }
        opened.Close(this, first);
    }

    /// <summary>See <see cref="OpenedBatch.Accept"/>.</summary>
    public void Accept(Span<OpenedPacket> packets)
    {
        while (!packets.IsEmpty)
        {
            InboundSa sa = packets[0].Sa;
            int count = 1;
            while (count < packets.Length && packets[count].Sa == sa)
                count++;
            sa.Accept(packets[..count], out PeerPath? moved);
            if (moved is { } path)
                _peerMoved?.Invoke(sa.Spi, path);
            packets = packets[count..];
        }
    }

    /// <summary>Counts accepted packets, and takes out those that end here.</summary>
    public void Sort(Span<OpenedPacket> packets)
    {
        int passed = 0;
        long octets = 0;
        foreach (ref OpenedPacket packet in packets)
        {
            if (packet.Verdict != EspDrop.None && (packet.Inner.IsEmpty || Responder?.TryReturn(packet.Inner) != true))
            {
                _drops.Add(packet.Verdict);
                continue;
            }
            if (packet.Inner.IsEmpty)
                continue;
            passed++;
            octets += packet.Inner.Length;
            if (packet.IsWanted && IsTaken(packet.Inner))
                packet.Inner = default;
        }
        if (passed > 0)
            _inbound.Add(passed, octets);
    }

    /// <summary>Hands on the packets that belong to a queue. For the thread whose turn it is there.</summary>
    public unsafe void Deliver(InnerQueue queue, ReadOnlySpan<OpenedPacket> packets)
    {
        int lost = 0;
        foreach (ref readonly OpenedPacket packet in packets)
        {
            // The batch holds it in its place.
            if (packet.IsWanted && _innerQueues[packet.Queue] == queue)
                lost += queue.Merger.Add((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(packet.Inner.Span)), packet.Inner.Length);
        }
        lost += queue.Merger.Flush();
        if (lost > 0)
            _drops.Add(EspDrop.XfrmInBufferError, lost);
    }

    public DataplaneCounters ReadCounters() => new(_inbound.Packets, _inbound.Octets, _outbound.Packets, _outbound.Octets, _drops.Read())
    {
        ProbesAnswered = Responder?.Answered ?? 0,
    };

    private bool IsTaken(Memory<byte> packet) =>
        Tap?.Invoke(packet.Span) == true || (Responder is { } responder && (responder.TryAnswer(packet) || responder.TryReturn(packet)));

    /// <param name="sa">That of the packet before, which most often is this one's too.</param>
    /// <param name="cipher">Of that SA.</param>
    private EspDrop Open(in EspDatagram datagram, ref InboundSa? sa, ref EspCipher? cipher, out OpenedPacket packet)
    {
        packet = default;
        if (datagram.Payload.Length < EspFormat.HeaderLength)
            return EspDrop.XfrmInHdrError;
        var spi = new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(datagram.Payload.Span[..SpiLength]));
        if (cipher is null || sa!.Spi != spi)
        {
            if (cipher is not null)
                sa!.Return(cipher);
            cipher = _database.TryFindInbound(spi, out sa) ? sa.TakeCipher() : null;
            if (cipher is null)
                return EspDrop.XfrmInNoStates;
        }
        Memory<byte> inner = datagram.Payload[Math.Min(sa!.Layout.PayloadOffset, datagram.Payload.Length)..];
        return sa.Open(datagram, cipher, inner, _innerQueues.Length, out packet);
    }
}
