using System.Buffers.Binary;
using System.Diagnostics;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The outbound half of a child SA: seals inner packets (RFC 4303 3.3). Safe from several threads.</summary>
internal sealed class OutboundSa : IDisposable
{
    /// <summary>Three quarters of the numbers of 32 bits: what is left lasts while a new SA is negotiated and taken up.</summary>
    internal const uint RenewalPoint = 0xC000_0000;

    private readonly Lock _lock = new();
    private readonly Action? _renewalDue;
    private readonly EspCipher _cipher;
    private readonly SelectorSet _local;
    private readonly SelectorSet _remote;
    private readonly bool _extended;
    private ulong _sequence;
    private PeerPath _path;
    private SaUsage _usage;
    private bool _disposed;

    /// <param name="sa">Only read; its outbound keys are copied.</param>
    /// <param name="sequence">The number that the first packet follows: 0 for a new SA.</param>
    /// <param name="renewalDue">Called when the sequence numbers begin to run out, and when a limit of the SA comes near; once for each.</param>
    public OutboundSa(ChildSa sa, ulong sequence = 0, Action? renewalDue = null)
    {
        _renewalDue = renewalDue;
        Spi = sa.OutboundSpi;
        _path = sa.Path;
        _cipher = EspTransforms.Create(sa.Transform, sa.OutboundKeys);
        _local = new SelectorSet(sa.LocalSelectors);
        _remote = new SelectorSet(sa.RemoteSelectors);
        _extended = sa.Transform.ExtendedSequenceNumbers;
        _sequence = sequence;
        _usage = new SaUsage(sa.Limits);
    }

    public EspSpi Spi { get; }

    /// <summary>Where the packets go; from one to the next it may be another.</summary>
    public PeerPath Path
    {
        get
        {
            lock (_lock)
                return _path;
        }
        set
        {
            lock (_lock)
                _path = value;
        }
    }

    public bool Covers(in InnerHeader header) => _local.CoversSource(header) && _remote.CoversDestination(header);

    /// <summary>Seals one inner packet.</summary>
    /// <param name="inner">A whole IP packet, at most 65,535 octets.</param>
    /// <param name="esp">At least <see cref="EspLayout.SealedLength"/> octets.</param>
    /// <param name="length">Octets written.</param>
    public EspDrop Seal(ReadOnlySpan<byte> inner, Span<byte> esp, out int length)
    {
        EspLayout layout = _cipher.Layout;
        length = layout.SealedLength(inner.Length);
        int padding = layout.PaddingFor(inner.Length);
        Span<byte> body = esp[layout.PayloadOffset..(length - layout.IcvLength)];
        inner.CopyTo(body);
        for (int i = 0; i < padding; i++)
            body[inner.Length + i] = (byte)(i + 1);                     // RFC 4303 2.4: 1, 2, 3, ...
        body[^2] = (byte)padding;
        body[^1] = EspFormat.NextHeaderOf(isIpv6: inner[0] >> 4 == 6);

        bool renewalDue;
        lock (_lock)
        {
            if (_disposed)
                return EspDrop.XfrmOutNoStates;
            // RFC 4303 3.3.3: the number must never cycle. Nor may the IV under one key (RFC 4106 3), which is the same counter.
            if (_sequence == (_extended ? ulong.MaxValue : uint.MaxValue))
                return EspDrop.XfrmOutStateSeqError;
            if (_usage.IsSpent)
                return EspDrop.XfrmOutStateExpired;
            SealNext(esp[..length]);
            renewalDue = _usage.Count(inner.Length, out _) || (!_extended && _sequence == RenewalPoint);
        }
        if (renewalDue)
            _renewalDue?.Invoke();
        return EspDrop.None;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _cipher.Dispose();
        }
    }

    private void SealNext(Span<byte> esp)
    {
        Debug.Assert(_lock.IsHeldByCurrentThread);
        _sequence++;
        BinaryPrimitives.WriteUInt32BigEndian(esp, Spi.Value);
        BinaryPrimitives.WriteUInt32BigEndian(esp[EspFormat.SequenceOffset..], (uint)_sequence);
        _cipher.Seal(esp, _sequence, _extended);
    }
}
