using System.Net;
using System.Text.Json;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Netlink;

/// <summary>What we write, ip(8) reads; what ip(8) writes, we read.</summary>
public sealed class KernelRoutingTests : IDisposable
{
    private const uint Table = 0x4000_0001;
    private readonly NetworkNamespace _space = NetworkNamespace.Create();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void A_route_that_drops_and_a_route_out_of_an_interface_stand_as_ip_shows_them()
    {
        _space.Shell("ip link add dummy0 type veth; ip link set dummy0 up; ip addr add 10.1.0.1/24 dev dummy0");
        var blocking = new RouteEntry(IPNetwork.Parse("10.20.0.0/16"), RouteKind.Unreachable, Table, 1_000_000, 0, null, 197);
        RouteEntry leading = With(socket =>
        {
            int index = new Links(socket).List().Single(link => link.Name == "dummy0").Index;
            var route = new RouteEntry(IPNetwork.Parse("10.20.0.0/16"), RouteKind.Unicast, Table, 100, index, IPAddress.Parse("10.1.0.1"), 197);
            var routes = new Routes(socket, IpFamily.V4);
            routes.Put(blocking);
            routes.Put(route);
            routes.Put(route);
            return route;
        });

        JsonElement[] shown = Json($"ip -j -N route show table {Table}");
        Assert.Equal(2, shown.Length);
        Assert.Equal(("10.20.0.0/16", "dummy0", 100, "197", "10.1.0.1"), (Text(shown[0], "dst"), Text(shown[0], "dev"),
            shown[0].GetProperty("metric").GetInt32(), Text(shown[0], "protocol"), Text(shown[0], "prefsrc")));
        Assert.Equal(("7", 1_000_000), (Text(shown[1], "type"), shown[1].GetProperty("metric").GetInt32()));
        Assert.Equal([leading, blocking], With(socket => new Routes(socket, IpFamily.V4).List(Table)));

        With(socket =>
        {
            new Routes(socket, IpFamily.V4).Remove(leading);
            new Routes(socket, IpFamily.V4).Remove(leading);
            return true;
        });
        Assert.Equal([blocking], With(socket => new Routes(socket, IpFamily.V4).List(Table)));
    }

    [Fact]
    public void A_table_that_does_not_exist_is_empty() => Assert.Empty(With(socket => new Routes(socket, IpFamily.V4).List(Table + 1)));

    [Fact]
    public void Rules_stand_as_ip_shows_them_and_are_removed_exactly()
    {
        RuleEntry[] rules =
        [
            new(200, RuleAction.Goto, Table, 197, To: IPNetwork.Parse("192.0.2.7/32"), InputInterface: "lo", IpProtocol: 17, SourcePort: 4500, Target: 32766),
            new(200, RuleAction.Goto, Table, 197, To: IPNetwork.Parse("192.0.2.7/32"), InputInterface: "lo", IpProtocol: 17, DestinationPort: 500, Target: 32766),
            new(201, RuleAction.Lookup, Table, 197, From: IPNetwork.Parse("10.1.0.0/16")),
            new(201, RuleAction.Lookup, Table, 197, From: IPNetwork.Parse("0.0.0.0/32"), InputInterface: "lo"),
        ];
        string before = _space.Shell("ip rule");
        With(socket =>
        {
            foreach (RuleEntry rule in rules)
            {
                new Rules(socket, IpFamily.V4).Add(rule);
                new Rules(socket, IpFamily.V4).Add(rule);
            }
            return true;
        });

        string shown = _space.Shell("ip rule");
        Assert.Contains($"200:\tfrom all to 192.0.2.7 iif lo ipproto udp sport 4500 lookup {Table} goto 32766 proto 197", shown);
        Assert.Contains($"200:\tfrom all to 192.0.2.7 iif lo ipproto udp dport 500 lookup {Table} goto 32766 proto 197", shown);
        Assert.Contains($"201:\tfrom 10.1.0.0/16 lookup {Table} proto 197", shown);
        Assert.Contains($"201:\tfrom 0.0.0.0 iif lo lookup {Table} proto 197", shown);
        Assert.Equal(rules, With(socket => new Rules(socket, IpFamily.V4).List().Where(rule => rule.Protocol == 197).ToArray()));

        _space.Shell("ip rule add from 10.1.0.0/16 lookup 77 priority 201");
        With(socket =>
        {
            foreach (RuleEntry rule in rules)
                new Rules(socket, IpFamily.V4).Remove(rule);
            return true;
        });
        _space.Shell("ip rule del from 10.1.0.0/16 lookup 77 priority 201");
        Assert.Equal(before, _space.Shell("ip rule"));
    }

    [Fact]
    public void Links_and_addresses_read_as_ip_shows_them()
    {
        _space.Shell("ip link add a0 mtu 1400 type veth peer name b0; ip link set a0 up; ip addr add 10.1.0.1/24 dev a0");
        LinkInfo link = With(socket => new Links(socket).List().Single(candidate => candidate.Name == "a0"));
        Assert.Equal((1400, true), (link.Mtu, link.IsUp));
        Assert.Contains(new AddressInfo(link.Index, IPAddress.Parse("10.1.0.1"), 24), With(socket => new Addresses(socket).List()));
        With(socket =>
        {
            new Links(socket).BringUp(link.Index, 1300);
            return true;
        });
        Assert.Equal(1300, Json("ip -j link show a0")[0].GetProperty("mtu").GetInt32());
        Assert.Equal(link.Index, With(socket => new Routes(socket, IpFamily.V4).Lookup(IPAddress.Parse("10.1.0.77"), 4500)).LinkIndex);
    }

    [Fact]
    public void A_refusal_carries_the_errno_and_the_words_of_the_kernel()
    {
        _space.Shell("ip link add a0 type veth peer name b0");
        NetlinkException refusal = Assert.Throws<NetlinkException>(() => With(socket =>
        {
            new Routes(socket, IpFamily.V4).Put(new RouteEntry(
                IPNetwork.Parse("10.20.0.0/16"), RouteKind.Unicast, Table, 100, 4711, null, 197));
            return true;
        }));
        Assert.Equal(Errno.NoDevice, refusal.ErrorNumber);
        Assert.StartsWith($"the kernel refused to add route 10.20.0.0/16 to table {Table}: No such device", refusal.Message);

        refusal = Assert.Throws<NetlinkException>(() => With(socket =>
        {
            new Links(socket).BringUp(new Links(socket).List().Single(link => link.Name == "a0").Index, 1 << 20);
            return true;
        }));
        Assert.Contains("(mtu greater than device maximum)", refusal.Message);
    }

    [Fact]
    public void A_dump_longer_than_one_datagram_is_read_whole()
    {
        With(socket =>
        {
            var routes = new Routes(socket, IpFamily.V4);
            for (int i = 0; i < 3000; i++)
                routes.Put(new RouteEntry(new IPNetwork(new IPAddress([10, (byte)(i >> 8), (byte)i, 0]), 24), RouteKind.Blackhole, Table, 1, 0, null, 197));
            return true;
        });
        Assert.Equal(3000, With(socket => new Routes(socket, IpFamily.V4).List(Table)).Count);
    }

    private T With<T>(Func<NetlinkSocket, T> code) => _space.Run(() =>
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        return code(socket);
    });

    private JsonElement[] Json(string command) => [.. JsonDocument.Parse(_space.Shell(command)).RootElement.EnumerateArray()];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).ToString();
}
