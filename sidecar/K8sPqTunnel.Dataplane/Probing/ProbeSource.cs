using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>Chooses the source address of probes where none is configured.</summary>
internal static class ProbeSource
{
    /// <summary>An address of this host in the networks of the target's family; without one the first usable of the first of them.</summary>
    /// <exception cref="NotSupportedException">No local network is of the target's family.</exception>
    public static IPAddress Choose(IReadOnlyList<IPNetwork> local, IPAddress target)
    {
        IReadOnlyList<IPNetwork> networks = [.. local.Where(network => network.BaseAddress.AddressFamily == target.AddressFamily)];
        if (networks.Count == 0)
            throw new NotSupportedException($"the probe's target {target} is of another family than every local network: choose a target that the tunnel reaches");
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        return Addresses.FirstIn(new Addresses(socket).List(), networks) ?? FirstUsable(networks[0]);
    }

    private static IPAddress FirstUsable(IPNetwork network)
    {
        byte[] octets = network.BaseAddress.GetAddressBytes();
        if (network.PrefixLength >= octets.Length * 8 - 1)
            return network.BaseAddress;
        // The first is the network's own, with IPv6 the routers' anycast address (RFC 4291 2.6.1). Its last bits are zero.
        octets[^1]++;
        return new IPAddress(octets);
    }
}
