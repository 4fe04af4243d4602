using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>This host's addresses, IPv4 and IPv6, by rtnetlink.</summary>
internal sealed class Addresses(NetlinkSocket socket)
{
    /// <summary>struct ifaddrmsg: family 1, prefix length 1, flags 1, scope 1, index 4.</summary>
    private const int BodyLength = 8;
    private const int IndexOffset = 4;

    /// <summary>IFA_F_TENTATIVE and IFA_F_DADFAILED: somebody else may have it too (RFC 4862 5.4).</summary>
    private const byte Unsure = 0x40 | 0x08;

    /// <summary>IFA_ADDRESS: the address itself where there is no IFA_LOCAL.</summary>
    private const ushort AddressAttribute = 1;

    /// <summary>IFA_LOCAL: the address itself, where IFA_ADDRESS may be a point-to-point peer's.</summary>
    private const ushort LocalAttribute = 2;

    public IReadOnlyList<AddressInfo> List()
    {
        List<AddressInfo> addresses = [];
        socket.Dump("list addresses", RouteMessage.GetAddress, new byte[BodyLength], null, addresses.Clear,
            (in NetlinkMessage message) => Add(addresses, message));
        return addresses;
    }

    /// <summary>Gives an interface an address; that it has it already is no fault.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Put(AddressInfo address) =>
        socket.Execute($"give interface {address.LinkIndex} the address {address.Address}/{address.PrefixLength}", RouteMessage.NewAddress,
            NetlinkFlags.Create | NetlinkFlags.Replace, Body(address), writer => WriteAttributes(writer, address));

    /// <summary>That it is gone already is no fault.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(AddressInfo address) =>
        socket.Execute($"take the address {address.Address} from interface {address.LinkIndex}", RouteMessage.DeleteAddress, NetlinkFlags.None,
            Body(address), writer => WriteAttributes(writer, address), tolerated: Errno.AddressNotAvailable);

    /// <summary>The first address, loopback aside, that lies in one of the networks.</summary>
    public static IPAddress? FirstIn(IReadOnlyList<AddressInfo> addresses, IReadOnlyList<IPNetwork> networks) =>
        addresses.FirstOrDefault(own => !IPAddress.IsLoopback(own.Address) && networks.Any(network => network.Contains(own.Address)))?.Address;

    private static byte[] Body(AddressInfo address)
    {
        byte[] body = new byte[BodyLength];
        body[0] = IpFamily.Of(address.Address).Number;
        body[1] = (byte)address.PrefixLength;
        MemoryMarshal.Write(body.AsSpan(IndexOffset), address.LinkIndex);
        return body;
    }

    private static void WriteAttributes(NetlinkWriter writer, AddressInfo address)
    {
        writer.Address(LocalAttribute, address.Address);
        writer.Address(AddressAttribute, address.Address);
    }

    private static void Add(List<AddressInfo> addresses, in NetlinkMessage message)
    {
        if (message.Body.Length < BodyLength || (message.Body[2] & Unsure) != 0)
            return;
        IPAddress? local = null;
        NetlinkAttributes attributes = message.Attributes(BodyLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (attribute.Type == LocalAttribute || (attribute.Type == AddressAttribute && local is null))
                local = attribute.Address;
        }
        if (local is not null)
            addresses.Add(new AddressInfo(MemoryMarshal.Read<int>(message.Body[IndexOffset..]), local, message.Body[1]));
    }
}
