using System.Diagnostics.CodeAnalysis;
using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Simulation.Tests.Network;
using K8sPqTunnel.Simulation.Tests.Watch;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>A data plane that carries nothing but remembers everything, and throws at what no data plane could do.</summary>
/// <param name="tap">Shall see none of the keys.</param>
internal sealed class Ledger(Spis spis, Wiretap tap)
{
    private readonly Dictionary<EspSpi, InstalledChild> _installed = [];

    // Turned to in this order: traffic takes the last that is still there.
    private readonly List<InstalledChild> _outbound = [];

    public IReadOnlyCollection<InstalledChild> Installed => _installed.Values;

    /// <summary>Those that no other replaces that is there.</summary>
    public int Lines => _installed.Values.Count(child => !_installed.Values.Any(child.IsReplacedBy));

    /// <summary>The same of those that traffic has turned to.</summary>
    public int Outbounds => _outbound.Count(child => !_outbound.Exists(child.IsReplacedBy));

    /// <summary>SPIs that belong to nothing that is installed: of negotiations under way, or leaked.</summary>
    public int Loose => spis.Count - _installed.Count;

    /// <summary>The SA of a packet of ours; null: it is blocked.</summary>
    public InstalledChild? Outgoing(IPAddress local, IPAddress remote)
    {
        for (int i = _outbound.Count - 1; i >= 0; i--)
        {
            if (_outbound[i].Carries(local, remote))
                return _outbound[i].Sent.IsSpent ? null : _outbound[i];
        }

        return null;
    }

    /// <summary>Takes a packet in.</summary>
    /// <returns>False where there is no SA for it (any more).</returns>
    /// <exception cref="InvariantException">It was sealed with another key, or the SA is not for what is in it.</exception>
    public bool TryOpen(Packet packet, [NotNullWhen(true)] out InstalledChild? child)
    {
        if (!_installed.TryGetValue(packet.Spi, out child) || child.Received.IsSpent)
            return false;
        if (!child.InboundKey.AsSpan().SequenceEqual(packet.Key))
            throw new InvariantException($"a packet for SA {packet.Spi} is sealed with another key");
        if (!child.Carries(packet.To, packet.From))
            throw new InvariantException($"a packet from {packet.From} to {packet.To} came by SA {packet.Spi}, which is not for it");
        child.Received.Count();
        return true;
    }

    public void InstallInbound(ChildSa sa)
    {
        var child = new InstalledChild(sa);
        tap.KeepKey(child.InboundKey);
        tap.KeepKey(child.OutboundKey);
        if (!_installed.TryAdd(sa.InboundSpi, child))
            throw new InvariantException($"SA {sa.InboundSpi} is installed twice");
    }

    /// <summary>An SA is there to replace another.</summary>
    public void Replace(EspSpi old, EspSpi successor) => _installed[successor].Replaces = old;

    public void InstallOutbound(ChildSa sa)
    {
        InstalledChild child = Find(sa);
        if (_outbound.Contains(child))
            throw new InvariantException($"traffic turns to SA {sa.InboundSpi} twice");
        _outbound.Add(child);
    }

    public void Move(ChildSa sa, PeerPath path) => Find(sa).Path = path;

    public void Remove(ChildSa sa)
    {
        InstalledChild child = Find(sa);
        _outbound.Remove(child);
        _installed.Remove(sa.InboundSpi);
        spis.Release(sa.InboundSpi);
        sa.Dispose();
    }

    private InstalledChild Find(ChildSa sa) => _installed.TryGetValue(sa.InboundSpi, out InstalledChild? child)
        ? child
        : throw new InvariantException($"SA {sa.InboundSpi} is touched but not installed");
}
