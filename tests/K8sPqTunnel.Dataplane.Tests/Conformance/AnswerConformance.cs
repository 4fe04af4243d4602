using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Lab.Networks;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>How every data plane answers the peer's health checks: the right gateway plays Cloudflare.</summary>
public abstract class AnswerConformance
{
    private const int Mark = 0xcf;
    private const string PolicyRouted = "172.64.240.253";
    private const string Cloudflare = "172.64.240.252";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(500);

    private static readonly RoutedTraffic Left = new()
    {
        Addresses = [Address("169.254.240.1/31"), Address("fd00:f::1/127")],
        Routes = [Route("10.2.0.0/16"), Route("fd00:2::/48")],
        Rules = [new TunnelRule(From: IPNetwork.Parse("10.1.0.0/16")), new TunnelRule(From: IPNetwork.Parse("fd00:1::/48"))],
    };

    private static readonly RoutedTraffic Right = new()
    {
        Addresses = [Address("169.254.240.0/31"), Address("fd00:f::/127")],
        Routes = [Route("10.1.0.0/16"), Route("fd00:1::/48"), Route($"{PolicyRouted}/32")],
    };

    private protected abstract IGatewayKind Kind { get; }

    [Theory]
    [InlineData("10.2.0.1", "10.1.255.9")]
    [InlineData("fd00:2::1", "fd00:1:0:ffff::9")]
    public async Task Several_hundred_requests_a_second_to_an_address_that_no_host_has_are_answered_and_nothing_else_is_there(string from, string to)
    {
        const int checks = 300;
        await using var net = new TwoGateways(Kind, innerIpv6: true, answers: [IPAddress.Parse(to)]);
        net.Left.Shell("ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8::2");
        using OuterWire wire = new(net), clear = new(net, ipv6: true);
        Assert.NotEqual(0, net.Right.TryShell($"ping -c 1 -W 0.3 -I {from} {to}").Status);
        net.Establish();
        Assert.Contains($"{checks} received, 0% packet loss", net.Right.Shell($"ping -c {checks} -i 0.002 -W 10 -I {from} {to}"), StringComparison.Ordinal);
        await AssertAnsweredAsync(net, checks);
        using Socket service = net.Left.Run(() => Listen(IPAddress.Parse(to).AddressFamily));
        Assert.False(net.Right.Run(() => Connects(IPAddress.Parse(from), new IPEndPoint(IPAddress.Parse(to), ((IPEndPoint)service.LocalEndPoint!).Port))));
        AssertEncrypted(wire, clear, atLeast: 20);
    }

    [Theory]
    [InlineData("169.254.240.0", "169.254.240.1")]
    [InlineData("fd00:f::", "fd00:f::1")]
    [InlineData("10.2.0.1", "10.1.255.9")]
    [InlineData("fd00:2::1", "fd00:1:0:ffff::9")]
    [InlineData(Cloudflare, PolicyRouted)]
    public async Task Where_packets_are_routed_both_types_come_back_through_the_tunnel_also_where_no_route_leads(string from, string to)
    {
        const int checks = 20;
        await using TwoGateways net = Routed(to);
        using OuterWire wire = new(net), clear = new(net, ipv6: true);
        Assert.Equal(0, Return(net, from, to, 2, Brief));
        AssertEncrypted(wire, clear, atLeast: 0);
        net.Establish();
        Assert.Equal(checks, Return(net, from, to, checks, Patience));
        net.Right.Shell($"ping -c {checks} -i 0.01 -W 10 -I {from} {to}");
        await AssertAnsweredAsync(net, 2 * checks);
        AssertEncrypted(wire, clear, atLeast: 2 * checks);
    }

    [Fact]
    public async Task What_is_for_another_address_is_not_answered()
    {
        await using TwoGateways net = Routed("10.1.255.9");
        net.Establish();
        Assert.NotEqual(0, net.Right.TryShell("ping -c 1 -W 0.3 -I 10.2.0.1 10.1.255.8").Status);
        Assert.Equal(0, AnsweredBy(net));
    }

    [Fact]
    public async Task A_tunnel_that_is_taken_down_leaves_no_address_that_answers()
    {
        await using TwoGateways net = Routed("10.1.255.9", "fd00:1:0:ffff::9");
        net.Establish();
        await net.KillLeftAsync();
        net.RestartLeft();
        net.Left.Run(net.LeftPlane.Unguard);
        Assert.DoesNotContain("255.9", net.Left.Shell("ip route show table all; ip rule; nft list ruleset"), StringComparison.Ordinal);
        Assert.DoesNotContain("ffff::9", net.Left.Shell("ip -6 route show table all; ip -6 rule"), StringComparison.Ordinal);
    }

    /// <summary>Sends echo replies from the right gateway, which has their destination itself.</summary>
    private protected static int Return(TwoGateways net, string from, string to, int checks, TimeSpan patience) =>
        net.Right.Run(() => EchoReplies.Exchange(IPAddress.Parse(to), IPAddress.Parse(from), Mark, checks, patience));

    /// <summary>Has what <see cref="Return"/> sends leave by an interface.</summary>
    private protected static void LeadOut(TwoGateways net, string way, string wayOfIpv6) => net.Right.Shell(
        $"for family in -4 -6; do ip $family rule add pref 10 lookup local; ip $family rule del pref 0; ip $family rule add pref 5 fwmark {Mark} lookup 99; done; "
        + $"ip route add default {way} table 99; ip -6 route add default {wayOfIpv6} table 99");

    private TwoGateways Routed(params string[] answers)
    {
        var net = new TwoGateways(Kind, leftRouted: Left, rightRouted: Right, answers: [.. answers.Select(IPAddress.Parse)]);
        net.Left.Shell("ip route add default via 192.0.2.2; ip -6 route add default via 2001:db8::2");
        net.Right.Shell($"ip addr add {Cloudflare}/32 dev lo");
        string device = $"dev {net.RightPlane.InterfaceName}";
        LeadOut(net, device, device);
        return net;
    }

    private static void AssertEncrypted(OuterWire wire, OuterWire clear, int atLeast)
    {
        List<InnerHeader> seen = wire.Take();
        Assert.True(seen.Count >= atLeast, $"{seen.Count} packets");
        Assert.All(seen, header => Assert.Equal((Packets.Udp, 4500, 4500), (header.Protocol, header.SourcePort, header.DestinationPort)));
        Assert.Empty(clear.Take());
    }

    // The data plane counts an answer when it has sent it.
    private static async Task AssertAnsweredAsync(TwoGateways net, int checks)
    {
        await Eventually.IsTrue(() => AnsweredBy(net) >= checks);
        Assert.Equal(checks, AnsweredBy(net));
    }

    private static long AnsweredBy(TwoGateways net) => net.Left.Run(net.LeftPlane.ReadCounters).ProbesAnswered;

    private static Socket Listen(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        socket.Listen();
        return socket;
    }

    private static bool Connects(IPAddress from, IPEndPoint to)
    {
        using var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        try
        {
            IAsyncResult connecting = socket.BeginConnect(to, null, null);
            return connecting.AsyncWaitHandle.WaitOne(Brief) && socket.Connected;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static InterfaceAddress Address(string text)
    {
        string[] parts = text.Split('/');
        return new InterfaceAddress(IPAddress.Parse(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static TunnelRoute Route(string to) => new(IPNetwork.Parse(to));
}
