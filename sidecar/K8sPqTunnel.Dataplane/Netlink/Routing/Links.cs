using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>Network interfaces by rtnetlink.</summary>
internal sealed class Links(NetlinkSocket socket)
{
    /// <summary>struct ifinfomsg: family 1, pad 1, type 2, index 4, flags 4, change 4.</summary>
    private const int BodyLength = 16;
    private const uint UpFlag = 1;
    private const ushort NameAttribute = 3;
    private const ushort MtuAttribute = 4;
    private const ushort FamiliesAttribute = 26;                        // IFLA_AF_SPEC
    private const ushort Ipv4Family = 2;                                // AF_INET
    private const ushort SettingsAttribute = 1;                         // IFLA_INET_CONF
    private const ushort SourceMarkSetting = 24;                        // IPV4_DEVCONF_SRC_VMARK

    public IReadOnlyList<LinkInfo> List()
    {
        List<LinkInfo> links = [];
        socket.Dump("list network interfaces", RouteMessage.GetLink, new byte[BodyLength], null, links.Clear,
            (in NetlinkMessage message) => Add(links, message));
        return links;
    }

    /// <summary>The interface with this number; null where there is none.</summary>
    public LinkInfo? Find(int index)
    {
        byte[] body = new byte[BodyLength];
        MemoryMarshal.Write(body.AsSpan(4), index);
        List<LinkInfo> found = [];
        try
        {
            socket.Get($"find interface {index}", RouteMessage.GetLink, body, null, (in NetlinkMessage message) => Add(found, message));
        }
        catch (NetlinkException refused) when (refused.ErrorNumber == Interop.Errno.NoDevice)
        {
            return null;
        }
        return found.FirstOrDefault();
    }

    /// <summary>Sets the MTU and brings the interface up.</summary>
    public void BringUp(int index, int mtu)
    {
        Span<byte> body = stackalloc byte[BodyLength];
        body.Clear();
        MemoryMarshal.Write(body[4..], index);
        MemoryMarshal.Write(body[8..], UpFlag);
        MemoryMarshal.Write(body[12..], UpFlag);
        socket.Execute($"bring interface {index} up with MTU {mtu}", RouteMessage.SetLink, NetlinkFlags.None, body,
            writer => writer.Number(MtuAttribute, (uint)mtu));
    }

    /// <summary>
    /// Reverse path filtering of what comes through an interface asks the rules with the packet's mark
    /// (net.ipv4.conf.INTERFACE.src_valid_mark), without which it would not find the way back.
    /// </summary>
    public void ValidateSourcesByMark(int index)
    {
        Span<byte> body = stackalloc byte[BodyLength];
        body.Clear();
        MemoryMarshal.Write(body[4..], index);
        socket.Execute($"have interface {index} validate sources by mark", RouteMessage.SetLink, NetlinkFlags.None, body, writer =>
        {
            int families = writer.BeginNested(FamiliesAttribute);
            int ipv4 = writer.BeginNested(Ipv4Family);
            int settings = writer.BeginNested(SettingsAttribute);
            writer.Number(SourceMarkSetting, 1);
            writer.EndNested(settings);
            writer.EndNested(ipv4);
            writer.EndNested(families);
        });
    }

    private static void Add(List<LinkInfo> links, in NetlinkMessage message)
    {
        if (message.Type != RouteMessage.NewLink || message.Body.Length < BodyLength)
            return;
        string name = "";
        int mtu = 0;
        NetlinkAttributes attributes = message.Attributes(BodyLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (attribute.Type == NameAttribute)
                name = attribute.Text;
            else if (attribute.Type == MtuAttribute)
                mtu = (int)attribute.Number;
        }
        bool up = (MemoryMarshal.Read<uint>(message.Body[8..]) & UpFlag) != 0;
        links.Add(new LinkInfo(MemoryMarshal.Read<int>(message.Body[4..]), name, mtu, up));
    }
}
