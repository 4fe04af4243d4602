using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Dataplane;

/// <summary>What stands of tunnels in this network namespace, whichever data plane and process made it.</summary>
public static class GuardedTunnels
{
    /// <summary>Names of the tunnels whose clear traffic is blocked, whether or not a process still serves them. Long names are cut.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static IReadOnlyList<string> List() => TunnelGuard.List();

    /// <summary>Does a process serve this tunnel here?</summary>
    public static bool IsServed(string tunnel) => TunnelClaim.IsTaken(new TunnelNames(tunnel));

    /// <summary>Removes what a process that is gone made for a tunnel, as <see cref="IDataplane.Unguard"/> would; nothing there is no fault.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void Remove(string tunnel)
    {
        var names = new TunnelNames(tunnel);
        XfrmRemains.Remove(names);
        new TunnelGuard(names).Remove();
        using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
        new MssClamp(names).Remove(netfilter);
    }
}
