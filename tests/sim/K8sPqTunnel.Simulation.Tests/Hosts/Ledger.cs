using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>A data plane that carries nothing but remembers everything, and throws at what no data plane could do.</summary>
internal sealed class Ledger(Spis spis)
{
    private readonly Dictionary<EspSpi, InstalledChild> _installed = [];

    // Turned to in this order: traffic takes the last that is still there.
    private readonly List<InstalledChild> _outbound = [];

    public IReadOnlyCollection<InstalledChild> Installed => _installed.Values;

    public int Outbounds => _outbound.Count;

    /// <summary>SPIs that belong to nothing that is installed: of negotiations under way, or leaked.</summary>
    public int Loose => spis.Count - _installed.Count;

    /// <summary>Where a packet of ours goes; null: it is blocked.</summary>
    public InstalledChild? Outgoing => _outbound.Count > 0 ? _outbound[^1] : null;

    public bool Receives(EspSpi spi) => _installed.ContainsKey(spi);

    public void InstallInbound(ChildSa sa)
    {
        if (!_installed.TryAdd(sa.InboundSpi, new InstalledChild(sa)))
            throw new InvariantException($"SA {sa.InboundSpi} is installed twice");
    }

    public void InstallOutbound(ChildSa sa)
    {
        InstalledChild child = Find(sa);
        _outbound.Remove(child);
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
