using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The inbound half of a child SA: checks and opens ESP packets (RFC 4303 3.4). Safe from several threads.</summary>
internal sealed class InboundSa : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CipherPool _ciphers;
    private readonly SelectorSet _local;
    private readonly SelectorSet _remote;
    private readonly bool _extended;
    private readonly bool _mayMove;
    private readonly ReplayWindow _window;
    private readonly Action<EspSpi>? _used;
    private readonly Action<EspSpi>? _renewalDue;
    private SaUsage _usage;
    private bool _isSpent;
    private bool _disposed;
    private IPEndPoint _peer;

    /// <param name="sa">Only read; its inbound keys are copied.</param>
    /// <param name="used">Called once, with the first authentic packet.</param>
    /// <param name="renewalDue">Called once, when a limit of the SA comes near.</param>
    /// <param name="workers">How many threads may open packets at a time; more wait.</param>
    public InboundSa(ChildSa sa, Action<EspSpi>? used = null, Action<EspSpi>? renewalDue = null, int workers = 1)
    {
        _used = used;
        _renewalDue = renewalDue;
        _usage = new SaUsage(sa.Limits);
        Spi = sa.InboundSpi;
        _peer = sa.Path.Remote;
        _mayMove = sa.UdpEncapsulation || sa.Path.IsTcp;
        _ciphers = new CipherPool(Enumerable.Range(0, workers).Select(_ => EspTransforms.Create(sa.Transform, sa.InboundKeys)));
        _local = new SelectorSet(sa.LocalSelectors);
        _remote = new SelectorSet(sa.RemoteSelectors);
        Layout = EspTransforms.LayoutOf(sa.Transform);
        _extended = sa.Transform.ExtendedSequenceNumbers;
        _window = new ReplayWindow(sa.ReplayWindow);
    }

    public EspSpi Spi { get; }

    public EspLayout Layout { get; }

    /// <summary>How long ago the last authentic packet came; null before the first.</summary>
    public TimeSpan? Silence
    {
        get
        {
            lock (_lock)
                return _usage.SinceUsed(Environment.TickCount64);
        }
    }

    /// <summary>IKE has followed the peer there: packets from there are no news.</summary>
    public void Expect(IPEndPoint peer)
    {
        lock (_lock)
            _peer = peer;
    }

    /// <summary>A cipher for <see cref="Open"/>, which this thread has to give back by <see cref="Return"/> before it waits for anything.</summary>
    /// <returns>Null where the SA is gone.</returns>
    public EspCipher? TakeCipher() => _ciphers.Take();

    public void Return(EspCipher cipher) => _ciphers.Return(cipher);

    /// <summary>Opens one packet into <paramref name="inner"/>, beside other threads. It has yet to be accepted.</summary>
    /// <param name="datagram">As received; the SPI has been looked at already.</param>
    /// <param name="cipher">Of <see cref="TakeCipher"/>.</param>
    /// <param name="inner">At least as long as the datagram's encrypted part; may be that part itself.</param>
    /// <param name="queues">Of the inner side; the packet's flow chooses one.</param>
    /// <returns>None where the packet is authentic; whether it may pass is the packet's verdict then.</returns>
    /// <remarks>RFC 4303 3.4.3, 3.4.4: the window is asked first, and moved only by what is authentic, which <see cref="Accept"/> does.</remarks>
    public EspDrop Open(in EspDatagram datagram, EspCipher cipher, Memory<byte> inner, int queues, out OpenedPacket packet)
    {
        packet = default;
        ReadOnlySpan<byte> esp = datagram.Payload.Span;
        if (esp.Length < Layout.ShortestPacket)
            return EspDrop.XfrmInHdrError;
        if (Volatile.Read(ref _isSpent))
            return EspDrop.XfrmInStateExpired;
        uint received = BinaryPrimitives.ReadUInt32BigEndian(esp[EspFormat.SequenceOffset..]);
        ulong sequence = _extended ? ExtendedSequence.Reconstruct(received, _window.Highest, _window.Size) : received;
        if (!_window.IsFresh(sequence))
            return EspDrop.XfrmInStateSeqError;

        Span<byte> plaintext = inner.Span[..(esp.Length - Layout.PayloadOffset - Layout.IcvLength)];
        if (!cipher.TryOpen(esp, sequence, _extended, plaintext))
            return EspDrop.XfrmInStateProtoError;
        EspDrop verdict = Unwrap(plaintext, datagram.TrafficClass, out int length);
        int octets = Math.Max(0, plaintext.Length - EspFormat.TrailerLength - plaintext[^2]);
        int queue = queues > 1 && length > 0 ? (int)(FlowHash.Of(plaintext[..length]) % (uint)queues) : 0;
        packet = new OpenedPacket(this, datagram.Path, sequence, octets, queue) { Verdict = verdict, Inner = inner[..length] };
        return EspDrop.None;
    }

    /// <summary>Takes up packets that have been opened, in the order in which they were received, or refuses them in their verdicts.</summary>
    /// <param name="packets">All of this SA.</param>
    /// <param name="moved">Where the newest packet of the SA came from, if that is another source than that of the newest before it.</param>
    public void Accept(Span<OpenedPacket> packets, out PeerPath? moved)
    {
        moved = null;
        bool renewalDue = false, isFirst = false;
        long now = Environment.TickCount64;
        lock (_lock)
        {
            foreach (ref OpenedPacket packet in packets)
            {
                EspDrop refusal = Refuse(packet.Sequence);
                if (refusal != EspDrop.None)
                {
                    packet.Verdict = refusal;
                    packet.Inner = default;
                    continue;
                }
                bool isNewest = packet.Sequence > _window.Highest;
                _window.Accept(packet.Sequence);
                // RFC 7296 2.23: only behind a NAT, which cannot change what has no ports.
                if (isNewest && _mayMove && packet.Path.Remote.Port != 0 && !packet.Path.Remote.Equals(_peer))
                {
                    _peer = packet.Path.Remote;
                    moved = packet.Path;
                }
                renewalDue |= _usage.Count(packet.Octets, now, out bool first);
                isFirst |= first;
            }
            Volatile.Write(ref _isSpent, _usage.IsSpent);
        }
        if (isFirst)
            _used?.Invoke(Spi);
        if (renewalDue)
            _renewalDue?.Invoke(Spi);
    }

    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _ciphers.Dispose();
    }

    /// <summary>Another packet with the same number may have been opened beside it: the window has the last word.</summary>
    private EspDrop Refuse(ulong sequence) =>
        _disposed ? EspDrop.XfrmInNoStates
        : _usage.IsSpent ? EspDrop.XfrmInStateExpired
        : _window.IsFresh(sequence) ? EspDrop.None
        : EspDrop.XfrmInStateSeqError;

    /// <summary>RFC 4303 2.4: 1, 2, 3, ...; a receiver should look.</summary>
    private static bool IsPadding(ReadOnlySpan<byte> padding)
    {
        for (int i = 0; i < padding.Length; i++)
        {
            if (padding[i] != i + 1)
                return false;
        }
        return true;
    }

    /// <summary>Takes the inner packet out of an authentic payload and holds it against the selectors.</summary>
    private EspDrop Unwrap(Span<byte> plaintext, byte outerTrafficClass, out int length)
    {
        length = 0;
        int payload = plaintext.Length - EspFormat.TrailerLength - plaintext[^2];
        byte nextHeader = plaintext[^1];
        if (payload < 0 || !IsPadding(plaintext[payload..^EspFormat.TrailerLength]))
            return EspDrop.XfrmInStateProtoError;
        if (nextHeader == EspFormat.NextHeaderNone)
            return EspDrop.None;
        if (!InnerHeader.TryParse(plaintext[..payload], out InnerHeader header) || nextHeader != EspFormat.NextHeaderOf(header.IsIpv6))
            return EspDrop.XfrmInStateModeError;
        if (!_remote.CoversSource(header) || !_local.CoversDestination(header))
        {
            // Of a health check that claims to come from us: what would be right in the other direction.
            length = _local.CoversSource(header) && _remote.CoversDestination(header) ? header.TotalLength : 0;
            return EspDrop.XfrmInStateMismatch;                      // RFC 4301 5.2 step 4
        }
        if (!TunnelEcn.TryDecapsulate(plaintext, outerTrafficClass))
            return EspDrop.XfrmInError;

        length = header.TotalLength;                                    // RFC 4303 2.7: what follows is traffic flow padding
        return EspDrop.None;
    }
}
