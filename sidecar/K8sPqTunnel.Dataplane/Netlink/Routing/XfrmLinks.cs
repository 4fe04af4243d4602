using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>Interfaces of kind "xfrm": what is routed into one meets the XFRM policies and states with its if_id, and no others.</summary>
internal sealed class XfrmLinks(NetlinkSocket socket)
{
    /// <summary>struct ifinfomsg: family 1, pad 1, type 2, index 4, flags 4, change 4.</summary>
    private const int BodyLength = 16;
    private const int IndexOffset = 4;
    private const ushort NameAttribute = 3;
    private const ushort InfoAttribute = 18;                            // IFLA_LINKINFO
    private const ushort StatisticsAttribute = 23;                      // IFLA_STATS64: struct rtnl_link_stats64
    private const int CarrierErrorsOffset = 17 * sizeof(long);          // tx_carrier_errors: xfrmi_xmit2 counts there what has no way
    private const ushort KindAttribute = 1;                             // IFLA_INFO_KIND
    private const ushort DataAttribute = 2;                             // IFLA_INFO_DATA
    private const ushort InterfaceIdAttribute = 2;                      // IFLA_XFRM_IF_ID
    private const string Kind = "xfrm";

    public IReadOnlyList<XfrmLink> List()
    {
        List<XfrmLink> links = [];
        socket.Dump("list xfrm interfaces", RouteMessage.GetLink, new byte[BodyLength], null, links.Clear, (in NetlinkMessage message) =>
        {
            if (TryParse(message, out XfrmLink link))
                links.Add(link);
        });
        return links;
    }

    /// <summary>Makes one, down and without addresses.</summary>
    /// <exception cref="NetlinkException">The kernel refused: it has no such interfaces, or name or if_id are taken.</exception>
    public void Add(string name, uint interfaceId) =>
        socket.Execute($"make xfrm interface {name}", RouteMessage.NewLink, NetlinkFlags.Create | NetlinkFlags.Exclusive, new byte[BodyLength], writer =>
        {
            writer.Text(NameAttribute, name);
            int info = writer.BeginNested(InfoAttribute);
            writer.Text(KindAttribute, Kind);
            int data = writer.BeginNested(DataAttribute);
            writer.Number(InterfaceIdAttribute, interfaceId);
            writer.EndNested(data);
            writer.EndNested(info);
        });

    /// <summary>That it is gone already is no fault.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(XfrmLink link)
    {
        Span<byte> body = stackalloc byte[BodyLength];
        body.Clear();
        MemoryMarshal.Write(body[IndexOffset..], link.Index);
        socket.Execute($"remove xfrm interface {link.Name}", RouteMessage.DeleteLink, NetlinkFlags.None, body, tolerated: Interop.Errno.NoDevice);
    }

    private static bool TryParse(in NetlinkMessage message, out XfrmLink link)
    {
        link = default;
        if (message.Type != RouteMessage.NewLink || message.Body.Length < BodyLength)
            return false;
        string name = "";
        uint? interfaceId = null;
        long refused = 0;
        NetlinkAttributes attributes = message.Attributes(BodyLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (attribute.Type == NameAttribute)
                name = attribute.Text;
            else if (attribute.Type == InfoAttribute)
                interfaceId = InterfaceIdOf(attribute.Nested);
            else if (attribute.Type == StatisticsAttribute && attribute.Value.Length >= CarrierErrorsOffset + sizeof(long))
                refused = MemoryMarshal.Read<long>(attribute.Value[CarrierErrorsOffset..]);
        }
        link = new XfrmLink(MemoryMarshal.Read<int>(message.Body[IndexOffset..]), name, interfaceId ?? 0, refused);
        return interfaceId is not null;
    }

    /// <summary>Null for an interface of another kind.</summary>
    private static uint? InterfaceIdOf(NetlinkAttributes info)
    {
        bool isXfrm = false;
        uint? interfaceId = null;
        while (info.TryRead(out NetlinkAttribute part))
        {
            if (part.Type == KindAttribute)
                isXfrm = part.Text == Kind;
            else if (part.Type == DataAttribute && isXfrm)
                interfaceId = NumberIn(part.Nested);
        }
        return interfaceId;
    }

    private static uint NumberIn(NetlinkAttributes data)
    {
        while (data.TryRead(out NetlinkAttribute value))
        {
            if (value.Type == InterfaceIdAttribute)
                return value.Number;
        }
        return 0;
    }
}
