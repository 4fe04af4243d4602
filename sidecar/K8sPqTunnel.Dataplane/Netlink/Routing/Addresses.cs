using System.Net;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>This host's IPv4 addresses by rtnetlink.</summary>
internal sealed class Addresses(NetlinkSocket socket)
{
    /// <summary>struct ifaddrmsg: family 1, prefix length 1, flags 1, scope 1, index 4.</summary>
    private const int BodyLength = 8;

    /// <summary>IFA_LOCAL: the address itself, where IFA_ADDRESS may be a point-to-point peer's.</summary>
    private const ushort LocalAttribute = 2;

    public IReadOnlyList<AddressInfo> List()
    {
        List<AddressInfo> addresses = [];
        byte[] body = new byte[BodyLength];
        body[0] = RouteMessage.Ipv4;
        socket.Dump("list addresses", RouteMessage.GetAddress, body, null, addresses.Clear,
            (in NetlinkMessage message) => Add(addresses, message));
        return addresses;
    }

    /// <summary>The first address, loopback aside, that lies in one of the networks.</summary>
    public static IPAddress? FirstIn(IReadOnlyList<AddressInfo> addresses, IReadOnlyList<IPNetwork> networks) =>
        addresses.FirstOrDefault(own => !IPAddress.IsLoopback(own.Address) && networks.Any(network => network.Contains(own.Address)))?.Address;

    private static void Add(List<AddressInfo> addresses, in NetlinkMessage message)
    {
        if (message.Body.Length < BodyLength || message.Body[0] != RouteMessage.Ipv4)
            return;
        NetlinkAttributes attributes = message.Attributes(BodyLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (attribute.Type == LocalAttribute && attribute.Address is IPAddress address)
                addresses.Add(new AddressInfo(MemoryMarshal.Read<int>(message.Body[4..]), address, message.Body[1]));
        }
    }
}
