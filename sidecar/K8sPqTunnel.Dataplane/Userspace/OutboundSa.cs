using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The outbound half of a child SA: seals inner packets (RFC 4303 3.3). Safe from several threads.</summary>
/// <remarks>
/// A thread takes a turn (<see cref="Take"/>), seals its packets beside the others, waits until those before it have sent
/// (<see cref="Await"/>), sends, and gives the turn back (<see cref="Pass"/>). So packets leave in the order of their numbers: the peer's
/// anti-replay window may be as small as 32.
/// </remarks>
internal sealed class OutboundSa : IDisposable
{
    /// <summary>Three quarters of the numbers of 32 bits: what is left lasts while a new SA is negotiated and taken up.</summary>
    internal const uint RenewalPoint = 0xC000_0000;

    private readonly Lock _lock = new();
    private readonly Action? _renewalDue;
    private readonly EspCipher[] _ciphers;
    private readonly SelectorSet _local;
    private readonly SelectorSet _remote;
    private readonly bool _extended;
    private readonly bool _isRaw;
    private readonly TurnLine _line = new();
    private ulong _sequence;
    private PeerPath _path;
    private SaUsage _usage;
    private int _turns;
    private bool _disposed;

    /// <param name="sa">Only read; its outbound keys are copied.</param>
    /// <param name="sequence">The number that the first packet follows: 0 for a new SA.</param>
    /// <param name="renewalDue">Called when the sequence numbers begin to run out, and when a limit of the SA comes near; once for each.</param>
    /// <param name="workers">How many threads may seal at a time.</param>
    public OutboundSa(ChildSa sa, ulong sequence = 0, Action? renewalDue = null, int workers = 1)
    {
        _renewalDue = renewalDue;
        Spi = sa.OutboundSpi;
        Inbound = sa.InboundSpi;
        _isRaw = sa is { UdpEncapsulation: false, Path.IsTcp: false };
        _path = WithPorts(sa.Path);
        _ciphers = new EspCipher[workers];
        for (int i = 0; i < workers; i++)
            _ciphers[i] = EspTransforms.Create(sa.Transform, sa.OutboundKeys);
        Layout = _ciphers[0].Layout;
        _local = new SelectorSet(sa.LocalSelectors);
        _remote = new SelectorSet(sa.RemoteSelectors);
        _extended = sa.Transform.ExtendedSequenceNumbers;
        _sequence = sequence;
        _usage = new SaUsage(sa.Limits);
    }

    public EspSpi Spi { get; }

    /// <summary>SPI of the other half.</summary>
    public EspSpi Inbound { get; }

    /// <summary>How long ago the last packet was sealed; null before the first.</summary>
    public TimeSpan? Idle
    {
        get
        {
            lock (_lock)
                return _usage.SinceUsed(Environment.TickCount64);
        }
    }

    public EspLayout Layout { get; }

    /// <summary>Where the packets go; from one to the next it may be another.</summary>
    public PeerPath Path
    {
        set
        {
            lock (_lock)
                _path = WithPorts(value);
        }
    }

    public bool Covers(in InnerHeader header) => _local.CoversSource(header) && _remote.CoversDestination(header);

    /// <summary>Takes sequence numbers for the packets of some frames, and a place in the order of sending.</summary>
    /// <returns>To be given back with <see cref="Pass"/> where it holds any number.</returns>
    public SealTurn Take(ReadOnlySpan<OutboundFrame> frames)
    {
        SealTurn turn;
        bool renewalDue = false;
        lock (_lock)
        {
            ulong first = _sequence + 1;
            EspDrop refusal = _disposed ? EspDrop.XfrmOutNoStates : Count(frames, ref renewalDue);
            int count = (int)(_sequence - (first - 1));
            turn = new SealTurn(count, first, count > 0 ? _line.Take() : 0, _path, refusal);
            _turns += count > 0 ? 1 : 0;
        }
        if (renewalDue)
            _renewalDue?.Invoke();
        return turn;
    }

    /// <summary>ESP over IP has none; those of the path are IKE's.</summary>
    private PeerPath WithPorts(in PeerPath path) => _isRaw
        ? new PeerPath(new IPEndPoint(path.Local.Address, 0), new IPEndPoint(path.Remote.Address, 0))
        : path;

    /// <summary>Seals the inner packet that stands where the encrypted part begins.</summary>
    /// <param name="index">Which of the turn's numbers.</param>
    /// <param name="worker">Which of the threads; not two at once with the same.</param>
    /// <param name="innerLength">Octets of the packet; at most 65,535.</param>
    /// <param name="esp">As many octets as the layout's <see cref="EspLayout.SealedLength"/>.</param>
    public void Seal(in SealTurn turn, int index, int worker, int innerLength, Span<byte> esp)
    {
        int padding = Layout.PaddingFor(innerLength);
        Span<byte> body = esp[Layout.PayloadOffset..^Layout.IcvLength];
        for (int i = 0; i < padding; i++)
            body[innerLength + i] = (byte)(i + 1);                      // RFC 4303 2.4: 1, 2, 3, ...
        body[^2] = (byte)padding;
        body[^1] = EspFormat.NextHeaderOf(isIpv6: body[0] >> 4 == 6);

        ulong sequence = turn.First + (ulong)index;
        BinaryPrimitives.WriteUInt32BigEndian(esp, Spi.Value);
        BinaryPrimitives.WriteUInt32BigEndian(esp[EspFormat.SequenceOffset..], (uint)sequence);
        _ciphers[worker].Seal(esp, sequence, _extended);
    }

    /// <summary>Waits until everything with lower numbers has been sent.</summary>
    public void Await(in SealTurn turn) => _line.Await(turn.Ticket);

    /// <summary>Gives the turn to the next thread.</summary>
    public void Pass(in SealTurn turn)
    {
        Await(turn);
        lock (_lock)
        {
            _line.Pass(turn.Ticket);
            _turns--;
            if (_disposed && _turns == 0)
                DisposeCiphers();
        }
    }

    /// <summary>Seals nothing more; the keys are zeroed as soon as no thread has a turn.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed && _turns == 0)
                DisposeCiphers();
            _disposed = true;
        }
    }

    private EspDrop Count(ReadOnlySpan<OutboundFrame> frames, ref bool renewalDue)
    {
        long now = Environment.TickCount64;
        foreach (ref readonly OutboundFrame frame in frames)
        {
            for (int i = 0; i < frame.Content.Count; i++)
            {
                // RFC 4303 3.3.3: the number must never cycle. Nor may the IV under one key (RFC 4106 3), which is the same counter.
                if (_sequence == (_extended ? ulong.MaxValue : uint.MaxValue))
                    return EspDrop.XfrmOutStateSeqError;
                if (_usage.IsSpent)
                    return EspDrop.XfrmOutStateExpired;
                _sequence++;
                renewalDue |= _usage.Count(frame.Content.LengthOf(i), now, out _) || (!_extended && _sequence == RenewalPoint);
            }
        }
        return EspDrop.None;
    }

    private void DisposeCiphers()
    {
        foreach (EspCipher cipher in _ciphers)
            cipher.Dispose();
    }
}
