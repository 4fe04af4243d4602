using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>The xfrm interface of a tunnel whose packets are routed into it; known as ours by its if_id, which derives from the tunnel's name.</summary>
internal static class XfrmInterface
{
    /// <summary>Makes it, or takes over the one that an earlier process left, which carries traffic.</summary>
    /// <returns>Its index.</returns>
    /// <exception cref="NetlinkException">The kernel refused, or something else has the name.</exception>
    public static int Ensure(NetlinkSocket routing, TunnelNames names)
    {
        var links = new XfrmLinks(routing);
        if (Find(links, names) is { } present)
        {
            if (present.Name == names.Interface)
                return present.Index;
            links.Remove(present);                                      // It was called otherwise, before the tunnel was changed.
        }
        try
        {
            links.Add(names.Interface, names.Table);
        }
        catch (NetlinkException refused) when (refused.ErrorNumber == Errno.NotSupported)
        {
            throw new NetlinkException(XfrmProbe.NoInterfaces, refused);
        }
        catch (NetlinkException refused) when (refused.ErrorNumber == Errno.Exists)
        {
            throw new NetlinkException(
                $"tunnel \"{names.Tunnel}\": an interface {names.Interface} is here already, and is none of ours: choose another spec.traffic.interface.name", refused);
        }
        return Find(links, names)?.Index ?? throw new NetlinkException($"find the xfrm interface {names.Interface}", Errno.NoDevice);
    }

    /// <summary>Removes it, whichever process made it; the routes into it go along. None there is no fault.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void Remove(NetlinkSocket routing, TunnelNames names)
    {
        var links = new XfrmLinks(routing);
        if (Find(links, names) is { } present)
            links.Remove(present);
    }

    /// <summary>The same where no routing socket is at hand.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void Remove(TunnelNames names)
    {
        using var routing = new NetlinkSocket(NetlinkProtocol.Route);
        Remove(routing, names);
    }

    public static bool Stands(TunnelNames names)
    {
        using var routing = new NetlinkSocket(NetlinkProtocol.Route);
        return Find(new XfrmLinks(routing), names) is not null;
    }

    /// <summary>Null where there is none now.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static XfrmLink? Find(NetlinkSocket routing, TunnelNames names) => Find(new XfrmLinks(routing), names);

    private static XfrmLink? Find(XfrmLinks links, TunnelNames names)
    {
        foreach (XfrmLink link in links.List())
        {
            if (link.InterfaceId == names.Table)
                return link;
        }
        return null;
    }
}
