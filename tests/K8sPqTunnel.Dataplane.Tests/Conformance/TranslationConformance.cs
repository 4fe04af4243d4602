using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Translation;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>What every data plane does where the peer knows our networks by other addresses.</summary>
public abstract class TranslationConformance
{
    private const int EchoPort = 7;
    private const int ClosedPort = 9;
    private static readonly TranslatedNetwork OneToOne = new(IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.201.0.0/16"), IsOneWay: false);
    private static readonly TranslatedNetwork OneToOneIpv6 = new(IPNetwork.Parse("fd00:1::/48"), IPNetwork.Parse("fd00:201::/48"), IsOneWay: false);
    private static readonly TranslatedNetwork ManyToOne = new(IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.201.0.5/32"), IsOneWay: true);

    private protected abstract IGatewayKind Kind { get; }

    [Theory]
    [InlineData("10.2.0.1", "10.201.0.2")]
    [InlineData("fd00:2::1", "fd00:201::2")]
    public async Task A_mapped_network_is_reached_and_reaches_out_by_its_other_addresses(string right, string mapped)
    {
        await using var net = new TwoGateways(Kind, innerIpv6: true, translations: [OneToOne, OneToOneIpv6]);
        using var wire = new OuterWire(net);
        net.Establish();

        net.Workload.Shell($"ping -c 2 -i 0.1 -W 10 {right}");
        net.Left.Shell($"ping -c 1 -W 10 {right}");                      // From the gateway itself,
        net.Right.Shell($"ping -c 2 -i 0.1 -W 10 -I {right} {mapped}");  // and from the other end.
        Assert.Equal(mapped, SeenFrom(net.Workload, net.Right, right));
        Assert.Equal(right, SeenFrom(net.Right, net.Workload, mapped, from: right));
        Assert.All(wire.Take(), header => Assert.Equal((Packets.Udp, 4500), (header.Protocol, header.DestinationPort)));
    }

    [Theory]
    [InlineData("10.2.0.1", "10.201.0.2", "10.1.0.2")]
    [InlineData("fd00:2::1", "fd00:201::2", "fd00:1::2")]
    public async Task ICMP_errors_find_who_they_are_for_through_the_mapping(string right, string mapped, string workload)
    {
        await using var net = new TwoGateways(Kind, innerIpv6: true, translations: [OneToOne, OneToOneIpv6]);
        net.Establish();
        Assert.Equal(SocketError.ConnectionRefused, AskClosedPort(net.Right, right, mapped));
        Assert.Equal(SocketError.ConnectionRefused, AskClosedPort(net.Workload, workload, right));
    }

    [Fact]
    public async Task Many_share_one_address_outward_and_nobody_is_reached_by_it()
    {
        await using var net = new TwoGateways(Kind, translations: [ManyToOne]);
        net.Left.Shell("ip route add default via 192.0.2.2");
        net.Establish();
        using var wire = new OuterWire(net);
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        net.Left.Shell("ping -c 1 -W 10 -I 10.1.0.1 10.2.0.1");
        Assert.Equal("10.201.0.5", SeenFrom(net.Workload, net.Right, "10.2.0.1"));
        Assert.NotEqual(0, net.Right.TryShell("ping -c 1 -W 0.3 -I 10.2.0.1 10.201.0.5").Status);
        Assert.All(wire.Take(), header => Assert.Equal((Packets.Udp, 4500), (header.Protocol, header.DestinationPort)));
        Assert.Equal(1, net.Left.Run(net.LeftPlane.ReadCounters).Drops["NatUntranslated"]);
    }

    [Fact]
    public async Task Without_a_mapping_the_peer_sees_the_own_address_whatever_else_translates()
    {
        await using var net = new TwoGateways(Kind);
        net.Left.Shell("nft 'add table ip cni; add chain ip cni post { type nat hook postrouting priority 100; }; add rule ip cni post masquerade'");
        net.Establish();
        Assert.Equal("10.1.0.2", SeenFrom(net.Workload, net.Right, "10.2.0.1"));
    }

    [Fact]
    public async Task Packets_that_the_kernel_does_not_translate_are_dropped_both_ways()
    {
        await using var net = new TwoGateways(Kind, translations: [OneToOne]);
        net.Left.Shell("ip route add default via 192.0.2.2");
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        using var wire = new OuterWire(net);
        SendInvalid(net.Workload, "10.1.0.2", "10.2.0.1");
        await Eventually.IsTrue(() => Dropped(net) == 1);
        Assert.Empty(wire.Take());

        SendInvalid(net.Right, "10.2.0.1", "10.201.0.2");
        await Eventually.IsTrue(() => Dropped(net) == 2);
        Assert.All(wire.Take(), header => Assert.Equal((Packets.Udp, 4500), (header.Protocol, header.DestinationPort)));
    }

    [Theory]
    [InlineData("10.1.0.2")]
    [InlineData("10.201.0.2")]
    public async Task Clear_packets_from_outside_are_let_in_by_neither_address(string to)
    {
        await using var net = new TwoGateways(Kind, translations: [OneToOne]);
        net.Establish();
        net.Right.Run(net.RightPlane.Unguard);
        net.Right.Shell($"ip route replace {to} via 192.0.2.1; sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.wan0.rp_filter=0");
        net.Left.Shell("sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.wan0.rp_filter=0");
        using var inside = new WireCapture(net.Workload, "eth0");
        Assert.NotEqual(0, net.Right.TryShell($"ping -c 2 -i 0.1 -W 0.3 -I 10.2.0.1 {to}").Status);
        Assert.Empty(inside.Take());
    }

    [Fact]
    public async Task The_mapping_outlives_the_process_lets_nothing_out_in_clear_and_goes_with_the_tunnel()
    {
        await using var net = new TwoGateways(Kind, translations: [OneToOne]);
        net.Left.Shell("ip route add default via 192.0.2.2");
        net.Establish();
        net.Workload.Shell("ping -c 1 -W 10 10.2.0.1");
        using var wire = new OuterWire(net);
        await net.KillLeftAsync();
        Assert.Contains("10.201.0.0", net.Left.Shell("nft list ruleset"), StringComparison.Ordinal);
        net.Workload.TryShell("ping -c 2 -i 0.1 -W 0.3 10.2.0.1");
        net.Left.TryShell("ping -c 1 -W 0.3 -I 10.1.0.1 10.2.0.1");
        net.RestartLeft();
        net.Workload.TryShell("ping -c 1 -W 0.3 10.2.0.1");
        net.Establish(spi: 0x3000);
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        Assert.All(wire.Take(), header => Assert.Equal((Packets.Udp, 4500), (header.Protocol, header.DestinationPort)));

        net.Left.Run(net.LeftPlane.Unguard);
        Assert.Equal("", net.Left.Shell("nft list ruleset"));
    }

    /// <summary>By whose address a server sees a client that connects and exchanges an octet with it.</summary>
    private static string SeenFrom(NetworkNamespace clientSpace, NetworkNamespace serverSpace, string server, string? from = null)
    {
        IPAddress target = IPAddress.Parse(server);
        using TcpListener listener = serverSpace.Run(() =>
        {
            var bound = new TcpListener(target.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, EchoPort);
            bound.Start();
            return bound;
        });
        using TcpClient client = clientSpace.Run(() => from is null ? new TcpClient(target.AddressFamily) : new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)));
        client.Connect(target, EchoPort);
        using TcpClient accepted = listener.AcceptTcpClient();
        client.GetStream().WriteByte(42);
        Assert.Equal(42, accepted.GetStream().ReadByte());
        accepted.GetStream().WriteByte(43);
        Assert.Equal(43, client.GetStream().ReadByte());
        return ((IPEndPoint)accepted.Client.RemoteEndPoint!).Address.ToString();
    }

    /// <summary>Sends to a UDP port where nobody listens and waits for what the network says to that.</summary>
    private static SocketError AskClosedPort(NetworkNamespace space, string from, string to) => space.Run(() =>
    {
        using var socket = new Socket(IPAddress.Parse(from).AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        socket.Connect(IPAddress.Parse(to), ClosedPort);
        socket.Send([1]);
        return Assert.Throws<SocketException>(() => socket.Receive(new byte[1])).SocketErrorCode;
    });

    /// <summary>A TCP segment that belongs to no connection, nor begins one: SYN and FIN at once.</summary>
    private static void SendInvalid(NetworkNamespace space, string from, string to) => space.Run(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        byte[] segment = [0x10, 0x01, 0x10, 0x02, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x03, 0xff, 0xff, 0, 0, 0, 0];
        socket.SendTo(segment, new IPEndPoint(IPAddress.Parse(to), 0));
    });

    private static long Dropped(TwoGateways net)
    {
        IReadOnlyDictionary<string, long> drops = net.Left.Run(net.LeftPlane.ReadCounters).Drops;
        return drops["NatUntranslated"] + drops.GetValueOrDefault("XfrmOutNoStates");
    }
}
