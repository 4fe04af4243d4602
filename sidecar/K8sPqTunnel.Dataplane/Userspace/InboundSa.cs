using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The inbound half of a child SA: checks and opens ESP packets (RFC 4303 3.4). Safe from several threads.</summary>
internal sealed class InboundSa : IDisposable
{
    private readonly Lock _lock = new();
    private readonly EspCipher _cipher;
    private readonly SelectorSet _local;
    private readonly SelectorSet _remote;
    private readonly bool _extended;
    private readonly bool _mayMove;
    private readonly ReplayWindow _window;
    private readonly Action<EspSpi>? _used;
    private readonly Action<EspSpi>? _renewalDue;
    private SaUsage _usage;
    private bool _disposed;
    private IPEndPoint _peer;

    /// <param name="sa">Only read; its inbound keys are copied.</param>
    /// <param name="used">Called once, with the first authentic packet.</param>
    /// <param name="renewalDue">Called once, when a limit of the SA comes near.</param>
    public InboundSa(ChildSa sa, Action<EspSpi>? used = null, Action<EspSpi>? renewalDue = null)
    {
        _used = used;
        _renewalDue = renewalDue;
        _usage = new SaUsage(sa.Limits);
        Spi = sa.InboundSpi;
        _peer = sa.Path.Remote;
        _mayMove = sa.UdpEncapsulation || sa.Path.IsTcp;
        _cipher = EspTransforms.Create(sa.Transform, sa.InboundKeys);
        _local = new SelectorSet(sa.LocalSelectors);
        _remote = new SelectorSet(sa.RemoteSelectors);
        Layout = _cipher.Layout;
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

    /// <summary>Opens one packet into <paramref name="inner"/>.</summary>
    /// <param name="datagram">As received; the SPI has been looked at already.</param>
    /// <param name="inner">At least as long as the datagram's encrypted part; may be that part itself.</param>
    /// <param name="length">Octets of the inner packet; 0 for a dummy packet, and where it is refused, unless that is for the selectors alone.</param>
    /// <param name="moved">True when this packet is the newest of the SA and shows another source than the newest before it.</param>
    public EspDrop Open(in EspDatagram datagram, Span<byte> inner, out int length, out bool moved)
    {
        length = 0;
        moved = false;
        ReadOnlySpan<byte> esp = datagram.Payload.Span;
        if (esp.Length < Layout.ShortestPacket)
            return EspDrop.XfrmInHdrError;

        Span<byte> plaintext = inner[..(esp.Length - Layout.PayloadOffset - Layout.IcvLength)];
        bool renewalDue, isFirst;
        lock (_lock)
        {
            if (_disposed)
                return EspDrop.XfrmInNoStates;
            if (_usage.IsSpent)
                return EspDrop.XfrmInStateExpired;
            EspDrop refusal = Authenticate(esp, plaintext, out bool newest);
            if (refusal != EspDrop.None)
                return refusal;
            // RFC 7296 2.23: only behind a NAT, which cannot change what has no ports.
            if (newest && _mayMove && !datagram.IsRaw && !datagram.Path.Remote.Equals(_peer))
            {
                _peer = datagram.Path.Remote;
                moved = true;
            }
            renewalDue = _usage.Count(Math.Max(0, plaintext.Length - EspFormat.TrailerLength - plaintext[^2]), Environment.TickCount64, out isFirst);
        }
        if (isFirst)
            _used?.Invoke(Spi);
        if (renewalDue)
            _renewalDue?.Invoke(Spi);
        return Unwrap(plaintext, datagram.TrafficClass, out length);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _cipher.Dispose();
        }
    }

    /// <summary>RFC 4303 3.4.3, 3.4.4: the window is asked first, and moved only by what is authentic.</summary>
    private EspDrop Authenticate(ReadOnlySpan<byte> esp, Span<byte> plaintext, out bool newest)
    {
        newest = false;
        uint received = BinaryPrimitives.ReadUInt32BigEndian(esp[EspFormat.SequenceOffset..]);
        ulong sequence = _extended ? ExtendedSequence.Reconstruct(received, _window.Highest, _window.Size) : received;
        if (!_window.IsFresh(sequence))
            return EspDrop.XfrmInStateSeqError;

        if (!_cipher.TryOpen(esp, sequence, _extended, plaintext))
            return EspDrop.XfrmInStateProtoError;

        newest = sequence > _window.Highest;
        _window.Accept(sequence);
        return EspDrop.None;
    }

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
