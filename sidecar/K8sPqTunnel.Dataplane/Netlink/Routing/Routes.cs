using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>Routes of one family by rtnetlink.</summary>
internal sealed class Routes(NetlinkSocket socket, IpFamily family)
{
    /// <summary>struct rtmsg: family 1, destination and source length 1 + 1, TOS 1, table 1, protocol 1, scope 1, type 1, flags 4.</summary>
    private const int BodyLength = 12;
    private const int ProtocolOffset = 5;
    private const byte LinkScope = 253;
    private const byte HostScope = 254;
    private const byte NowhereScope = 255;
    private const ushort DestinationAttribute = 1;
    private const ushort OutputInterfaceAttribute = 4;
    private const ushort PriorityAttribute = 6;
    private const ushort PreferredSourceAttribute = 7;
    private const ushort MetricsAttribute = 8;
    private const ushort TableAttribute = 15;
    private const ushort IpProtocolAttribute = 27;
    private const ushort DestinationPortAttribute = 29;
    private const ushort MtuMetric = 2;                                 // RTAX_MTU
    private const ushort AdvertisedMssMetric = 8;                       // RTAX_ADVMSS
    private const byte Udp = 17;

    /// <summary>All routes that somebody made, in whatever table.</summary>
    /// <param name="protocol">rtm_protocol: who made them.</param>
    public IReadOnlyList<RouteEntry> ListOf(byte protocol)
    {
        List<RouteEntry> routes = [];
        byte[] body = new byte[BodyLength];
        body[0] = family.Number;
        body[ProtocolOffset] = protocol;
        socket.Dump($"list {family} routes of protocol {protocol}", RouteMessage.GetRoute, body, null, routes.Clear, (in NetlinkMessage message) =>
        {
            // A kernel without strict checking dumps all.
            if (TryParse(message, out RouteEntry? route) && route.Protocol == protocol)
                routes.Add(route);
        }, absent: Errno.NoEntry);
        return routes;
    }

    /// <summary>All routes of a table; none where there is no such table.</summary>
    public IReadOnlyList<RouteEntry> List(uint table)
    {
        List<RouteEntry> routes = [];
        byte[] body = new byte[BodyLength];
        body[0] = family.Number;
        socket.Dump($"list {family} routing table {table}", RouteMessage.GetRoute, body, writer => writer.Number(TableAttribute, table), routes.Clear,
            (in NetlinkMessage message) =>
            {
                // A kernel without strict checking dumps all tables.
                if (TryParse(message, out RouteEntry? route) && route.Table == table)
                    routes.Add(route);
            },
            absent: Errno.NoEntry);
        return routes;
    }

    /// <summary>Adds the route, or takes over the one with the same destination, table and metric.</summary>
    public void Put(RouteEntry route) =>
        socket.Execute($"add route {route.Destination} to table {route.Table}", RouteMessage.NewRoute,
            NetlinkFlags.Create | NetlinkFlags.Replace, Body(route, ScopeOf(route)),
            writer => WriteAttributes(writer, route));

    /// <summary>Adds the route, and leaves one with the same destination, table and metric alone.</summary>
    /// <returns>False where there is one.</returns>
    public bool TryAdd(RouteEntry route)
    {
        try
        {
            socket.Execute($"add route {route.Destination} to table {route.Table}", RouteMessage.NewRoute,
                NetlinkFlags.Create | NetlinkFlags.Exclusive, Body(route, ScopeOf(route)), writer => WriteAttributes(writer, route));
            return true;
        }
        catch (NetlinkException there) when (there.ErrorNumber == Errno.Exists)
        {
            return false;
        }
    }

    /// <summary>Removes exactly this route; that it is gone already is no fault.</summary>
    public void Remove(RouteEntry route) =>
        socket.Execute($"remove route {route.Destination} from table {route.Table}", RouteMessage.DeleteRoute, NetlinkFlags.None,
            Body(route, NowhereScope), writer => WriteAttributes(writer, route), tolerated: Errno.NoProcess);

    /// <summary>The route that a UDP packet of this host would take.</summary>
    /// <exception cref="NetlinkException">There is none.</exception>
    public RouteEntry Lookup(IPAddress destination, ushort port)
    {
        RouteEntry? found = null;
        Span<byte> body = stackalloc byte[BodyLength];
        body.Clear();
        body[0] = family.Number;
        body[1] = (byte)family.AddressBits;
        string what = $"find a route to {destination}";
        void WriteQuestion(NetlinkWriter writer)
        {
            writer.Address(DestinationAttribute, destination);
            writer.Byte(IpProtocolAttribute, Udp);
            writer.Octets(DestinationPortAttribute, [(byte)(port >> 8), (byte)port]);
        }
        socket.Get(what, RouteMessage.GetRoute, body, WriteQuestion,
            (in NetlinkMessage message) =>
            {
                if (TryParse(message, out RouteEntry? route))
                    found = route;
            });
        return found ?? throw new NetlinkException(what, Errno.NoProcess);
    }

    private static byte ScopeOf(RouteEntry route) => route switch
    {
        { Kind: RouteKind.Local } => HostScope,
        { LinkIndex: 0 } => 0,
        _ => LinkScope,
    };

    private byte[] Body(RouteEntry route, byte scope) =>
        [family.Number, (byte)route.Destination.PrefixLength, 0, 0, 0, route.Protocol, scope, (byte)route.Kind, 0, 0, 0, 0];

    private static void WriteAttributes(NetlinkWriter writer, RouteEntry route)
    {
        writer.Number(TableAttribute, route.Table);
        writer.Number(PriorityAttribute, route.Metric);
        if (route.Destination.PrefixLength > 0)
            writer.Address(DestinationAttribute, route.Destination.BaseAddress);
        if (route.LinkIndex != 0)
            writer.Number(OutputInterfaceAttribute, (uint)route.LinkIndex);
        if (route.Source is not null)
            writer.Address(PreferredSourceAttribute, route.Source);
        if (route is { Mtu: 0, AdvertisedMss: 0 })
            return;
        int metrics = writer.BeginNested(MetricsAttribute);
        if (route.Mtu != 0)
            writer.Number(MtuMetric, (uint)route.Mtu);
        if (route.AdvertisedMss != 0)
            writer.Number(AdvertisedMssMetric, (uint)route.AdvertisedMss);
        writer.EndNested(metrics);
    }

    private static (int Mtu, int AdvertisedMss) ReadMetrics(NetlinkAttributes metrics)
    {
        (int mtu, int mss) = (0, 0);
        while (metrics.TryRead(out NetlinkAttribute metric))
        {
            if (metric.Type == MtuMetric)
                mtu = (int)metric.Number;
            else if (metric.Type == AdvertisedMssMetric)
                mss = (int)metric.Number;
        }
        return (mtu, mss);
    }

    private bool TryParse(in NetlinkMessage message, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RouteEntry? route)
    {
        route = null;
        if (message.Type != RouteMessage.NewRoute || message.Body.Length < BodyLength || message.Body[0] != family.Number)
            return false;

        uint table = message.Body[4];
        uint metric = 0;
        int link = 0;
        (int mtu, int mss) = (0, 0);
        IPAddress destination = family.Any;
        IPAddress? source = null;
        NetlinkAttributes attributes = message.Attributes(BodyLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            switch (attribute.Type)
            {
                case TableAttribute: table = attribute.Number; break;
                case PriorityAttribute: metric = attribute.Number; break;
                case OutputInterfaceAttribute: link = MemoryMarshal.Read<int>(attribute.Value); break;
                case DestinationAttribute: destination = attribute.Address ?? family.Any; break;
                case PreferredSourceAttribute: source = attribute.Address; break;
                case MetricsAttribute: (mtu, mss) = ReadMetrics(attribute.Nested); break;
            }
        }
        var kind = (RouteKind)message.Body[7];
        // IPv6 names the loopback interface for a route that drops.
        if (kind is not (RouteKind.Unicast or RouteKind.Local) && family == IpFamily.V6)
            link = 0;
        route = new RouteEntry(
            new IPNetwork(destination, message.Body[1]), kind, table, metric, link, source, message.Body[ProtocolOffset], mtu, mss);
        return true;
    }
}
