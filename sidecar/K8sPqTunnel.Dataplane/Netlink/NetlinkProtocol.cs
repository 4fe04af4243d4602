namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>The netlink families that we speak (linux/netlink.h).</summary>
internal enum NetlinkProtocol
{
    /// <summary>NETLINK_ROUTE: links, addresses, routes, rules.</summary>
    Route = 0,

    /// <summary>NETLINK_XFRM: ESP states and policies. Needs CONFIG_XFRM_USER.</summary>
    Xfrm = 6,

    /// <summary>NETLINK_NETFILTER: nf_tables.</summary>
    Netfilter = 12,
}
