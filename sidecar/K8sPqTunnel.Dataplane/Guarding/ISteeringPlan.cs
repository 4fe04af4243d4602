using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>The routing rules and routes of one family that lead a tunnel's traffic, and nowhere else when its interface is gone.</summary>
internal interface ISteeringPlan
{
    IEnumerable<RuleEntry> Rules();

    /// <summary>Routes that drop what finds no other: they stay when interface and daemon die.</summary>
    IEnumerable<RouteEntry> BlockingRoutes();

    /// <summary>Routes into an interface, which the kernel removes with it. They tell hosts behind us, and our own sockets, what fits.</summary>
    IEnumerable<RouteEntry> TunnelRoutes(int linkIndex, TunnelSize size);
}
