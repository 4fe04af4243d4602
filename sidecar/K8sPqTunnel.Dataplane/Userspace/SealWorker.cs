using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>One thread's way out: finds the SA of each frame, seals its packets and sends them in batches. Not for two threads at once.</summary>
/// <param name="index">Of this worker among those of the tunnel.</param>
internal sealed class SealWorker(int index, SaDatabase database, IEspTransport transport, TrafficCounters passed, DropCounters drops, Trap? trap)
{
    /// <summary>Packets that the kernel cuts from one send: UDP_MAX_SEGMENTS of Linux 4.18 to 6.8; later ones take 128.</summary>
    private const int MaxSegments = 64;

    /// <summary>The largest payload of UDP over IPv4.</summary>
    private const int MaxDatagram = 65507;

    private const int ArenaLength = 2 * 65536;

    private readonly byte[] _arena = GC.AllocateUninitializedArray<byte>(ArenaLength, pinned: true);
    private readonly List<OutboundFrame> _frames = new(TunPump.BatchSize);
    private readonly List<EspDatagram> _sealed = new(TunPump.BatchSize);
    private OutboundSa? _sa;
    private int _used;
    private int _sent;

    /// <summary>Seals the packets of some frames and sends them.</summary>
    /// <param name="frames">Valid only during the call.</param>
    /// <param name="haveHeaders">Each begins with a <see cref="VirtioNetHeader"/>; otherwise with the IP packet.</param>
    /// <returns>How many packets were sent; the rest is counted by reason.</returns>
    public int Send(ReadOnlySpan<ReadOnlyMemory<byte>> frames, bool haveHeaders)
    {
        _sent = 0;
        foreach (ReadOnlyMemory<byte> frame in frames)
        {
            if (!haveHeaders)
                Add(default, frame);
            else if (frame.Length > VirtioNetHeader.Length)
                Add(MemoryMarshal.Read<VirtioNetHeader>(frame.Span), frame[VirtioNetHeader.Length..]);
        }
        SendFrames();
        return _sent;
    }

    private void Add(in VirtioNetHeader header, ReadOnlyMemory<byte> packet)
    {
        // RFC 4301 5.1 step 2: what no SA covers is discarded, never passed by.
        if (!InnerHeader.TryParse(packet.Span, out InnerHeader inner)
            || !SuperPacket.TryRead(header, packet.Span[..inner.TotalLength], out SuperPacket content))
        {
            drops.Add(EspDrop.XfrmOutNoStates);
            return;
        }
        if (!database.TryFindOutbound(inner, out OutboundSa? sa))
        {
            trap?.Spring();
            drops.Add(EspDrop.XfrmOutNoStates, content.Count);
            return;
        }
        if (sa != _sa)
            SendFrames();
        _sa = sa;
        _frames.Add(new OutboundFrame(packet[..inner.TotalLength], content, TunnelEcn.Encapsulate(inner.TrafficClass)));
    }

    private void SendFrames()
    {
        if (_sa is not { } sa)
            return;
        Span<OutboundFrame> frames = CollectionsMarshal.AsSpan(_frames);
        SealTurn turn = sa.Take(frames);
        int wanted = 0;
        long octets = 0;
        if (turn.Count > 0)
        {
            try
            {
                foreach (ref readonly OutboundFrame frame in frames)
                    octets += Seal(sa, turn, frame, ref wanted);
                Flush(sa, turn);
            }
            finally
            {
                sa.Pass(turn);
            }
            passed.Add(turn.Count, octets);
            _sent += turn.Count;
        }
        if (turn.Refusal != EspDrop.None)
            drops.Add(turn.Refusal, CountOf(frames) - turn.Count);
        _frames.Clear();
        _sa = null;
    }

    private static int CountOf(ReadOnlySpan<OutboundFrame> frames)
    {
        int count = 0;
        foreach (ref readonly OutboundFrame frame in frames)
            count += frame.Content.Count;
        return count;
    }

    /// <param name="next">Which of the turn's numbers comes next.</param>
    /// <returns>Octets of inner packets.</returns>
    private long Seal(OutboundSa sa, in SealTurn turn, in OutboundFrame frame, ref int next)
    {
        long octets = 0;
        for (int i = 0; i < frame.Content.Count && next < turn.Count; i++)
        {
            int inner = frame.Content.LengthOf(i);
            int length = sa.Layout.SealedLength(inner);
            if (_used + length > _arena.Length)
                Flush(sa, turn);
            Memory<byte> esp = MemoryMarshal.CreateFromPinnedArray(_arena, _used, length);
            frame.Content.Write(frame.Packet.Span, i, esp.Span[sa.Layout.PayloadOffset..]);
            sa.Seal(turn, next++, index, inner, esp.Span);
            Append(turn, esp, frame.TrafficClass);
            octets += inner;
        }
        return octets;
    }

    /// <summary>Joins a packet to those before it where one system call can send them all.</summary>
    private void Append(in SealTurn turn, Memory<byte> esp, byte trafficClass)
    {
        Span<EspDatagram> batch = CollectionsMarshal.AsSpan(_sealed);
        if (!batch.IsEmpty)
        {
            ref EspDatagram last = ref batch[^1];
            int segment = last.SegmentLength == 0 ? last.Payload.Length : last.SegmentLength;
            int joined = last.Payload.Length + esp.Length;
            // Nothing cuts what is no UDP.
            if (!last.IsRaw && last.TrafficClass == trafficClass && esp.Length <= segment && last.Payload.Length % segment == 0
                && joined <= MaxDatagram && last.Payload.Length / segment < MaxSegments)
            {
                last = last with { Payload = MemoryMarshal.CreateFromPinnedArray(_arena, _used - last.Payload.Length, joined), SegmentLength = segment };
                _used += esp.Length;
                return;
            }
        }
        _sealed.Add(new EspDatagram(turn.Path, esp, trafficClass));
        _used += esp.Length;
    }

    private void Flush(OutboundSa sa, in SealTurn turn)
    {
        if (_sealed.Count == 0)
            return;
        sa.Await(turn);
        transport.Send(CollectionsMarshal.AsSpan(_sealed));
        _sealed.Clear();
        _used = 0;
    }
}
