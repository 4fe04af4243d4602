using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The SAs of one tunnel (RFC 4301 4.4.2). Packets read a snapshot without a lock; changes make a new one.</summary>
internal sealed class SaDatabase : IDisposable
{
    private readonly Lock _changes = new();
    private volatile Snapshot _snapshot = new([], []);

    /// <summary>Some SA sends.</summary>
    public bool HasOutbound => _snapshot.Outbound.Length > 0;

    public bool TryFindInbound(EspSpi spi, [NotNullWhen(true)] out InboundSa? sa) => _snapshot.Inbound.TryGetValue(spi, out sa);

    /// <summary>The newest SA that covers the packet, so that a rekeyed SA takes over at once while the old one still receives.</summary>
    public bool TryFindOutbound(in InnerHeader header, [NotNullWhen(true)] out OutboundSa? found)
    {
        foreach (OutboundSa sa in _snapshot.Outbound)
        {
            if (sa.Covers(header))
            {
                found = sa;
                return true;
            }
        }
        found = null;
        return false;
    }

    /// <summary>When each SA last carried a packet.</summary>
    /// <param name="now">By the clock that the answer is in.</param>
    public IReadOnlyDictionary<EspSpi, ChildActivity> ActivityAt(DateTimeOffset now)
    {
        Snapshot snapshot = _snapshot;
        return snapshot.Inbound.Values.ToDictionary(
            sa => sa.Spi, sa => new ChildActivity(now - sa.Silence, now - Array.Find(snapshot.Outbound, other => other.Inbound == sa.Spi)?.Idle));
    }

    /// <exception cref="InvalidOperationException">An SA with this SPI is there already: SPIs must come from one source.</exception>
    public void Add(InboundSa sa)
    {
        lock (_changes)
        {
            if (_snapshot.Inbound.ContainsKey(sa.Spi))
                throw new InvalidOperationException($"an inbound ESP SA with SPI {sa.Spi} is installed already");
            _snapshot = _snapshot with { Inbound = new Dictionary<EspSpi, InboundSa>(_snapshot.Inbound) { [sa.Spi] = sa } };
        }
    }

    public void Add(OutboundSa sa)
    {
        lock (_changes)
            _snapshot = _snapshot with { Outbound = [sa, .. _snapshot.Outbound] };
    }

    /// <summary>Has both halves use another path; a half that isn't there is no fault.</summary>
    public void Move(EspSpi inbound, EspSpi outbound, in PeerPath path)
    {
        Snapshot now = _snapshot;
        if (now.Inbound.TryGetValue(inbound, out InboundSa? receiving))
            receiving.Expect(path.Remote);
        foreach (OutboundSa sa in now.Outbound)
        {
            if (sa.Spi == outbound)
                sa.Path = path;
        }
    }

    /// <summary>Takes both halves out and zeroes their keys; a half that isn't there is no fault.</summary>
    public void Remove(EspSpi inbound, EspSpi outbound)
    {
        InboundSa? inboundSa;
        OutboundSa[] outboundSas;
        lock (_changes)
        {
            var left = new Dictionary<EspSpi, InboundSa>(_snapshot.Inbound);
            left.Remove(inbound, out inboundSa);
            outboundSas = [.. _snapshot.Outbound.Where(sa => sa.Spi == outbound)];
            _snapshot = new Snapshot(left, [.. _snapshot.Outbound.Except(outboundSas)]);
        }
        inboundSa?.Dispose();
        foreach (OutboundSa sa in outboundSas)
            sa.Dispose();
    }

    public void Dispose()
    {
        Snapshot last;
        lock (_changes)
        {
            last = _snapshot;
            _snapshot = new Snapshot([], []);
        }
        foreach (InboundSa sa in last.Inbound.Values)
            sa.Dispose();
        foreach (OutboundSa sa in last.Outbound)
            sa.Dispose();
    }

    /// <param name="Outbound">Newest first.</param>
    private sealed record Snapshot(Dictionary<EspSpi, InboundSa> Inbound, OutboundSa[] Outbound);
}
