namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>rtm_type: what a route does with a packet (linux/rtnetlink.h).</summary>
internal enum RouteKind : byte
{
    Unicast = 1,

    /// <summary>To this host itself.</summary>
    Local = 2,

    /// <summary>Dropped in silence.</summary>
    Blackhole = 6,

    /// <summary>Dropped, and the sender is told.</summary>
    Unreachable = 7,
}
