using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>Chooses the source address of probes where none is configured.</summary>
internal static class ProbeSource
{
    private const int LongestPrefixWithNetworkAddress = 30;

    /// <summary>An address of this host in the networks; without one the first usable of the first network.</summary>
    public static IPAddress Choose(IReadOnlyList<IPNetwork> local)
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        return Addresses.FirstIn(new Addresses(socket).List(), local) ?? FirstUsable(local[0]);
    }

    private static IPAddress FirstUsable(IPNetwork network)
    {
        if (network.PrefixLength > LongestPrefixWithNetworkAddress)
            return network.BaseAddress;
        byte[] octets = network.BaseAddress.GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(octets, BinaryPrimitives.ReadUInt32BigEndian(octets) + 1);
        return new IPAddress(octets);
    }
}
