using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Asks the host's routes which of our addresses faces somebody.</summary>
internal static class OwnAddress
{
    // Addresses of documentation (RFC 5737, RFC 3849): the default route leads to them.
    private static readonly IPAddress SomewhereV4 = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress SomewhereV6 = IPAddress.Parse("2001:db8::1");

    /// <summary>The source of packets to an address; null where there is no route.</summary>
    /// <param name="dataplane">Whose block on clear traffic the question must pass.</param>
    public static IPAddress? Towards(IPAddress remote, DataplaneKind dataplane)
    {
        // Connecting a UDP socket sends nothing: it only asks the routes.
        try
        {
            using var socket = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (dataplane == DataplaneKind.Xfrm)
                XfrmSockets.Bypass(socket);
            socket.Connect(remote, PeerPath.IkePort);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (Exception e) when (e is SocketException or NetlinkException)
        {
            return null;
        }
    }

    /// <summary>The source of packets to the first of some networks to which there is a route; null where there is none.</summary>
    public static IPAddress? Towards(IEnumerable<IPNetwork> networks, DataplaneKind dataplane) =>
        networks.Select(network => Towards(Inside(network), dataplane)).FirstOrDefault(address => address is not null);

    private static IPAddress Inside(IPNetwork network)
    {
        if (network.PrefixLength == 0)
            return network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? SomewhereV4 : SomewhereV6;
        // The first address of a network may be its broadcast address.
        byte[] octets = network.BaseAddress.GetAddressBytes();
        if (network.PrefixLength < 8 * octets.Length)
            octets[^1] |= 1;
        return new IPAddress(octets);
    }
}
