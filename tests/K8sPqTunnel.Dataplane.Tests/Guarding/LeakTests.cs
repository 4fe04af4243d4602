using System.Net;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Guarding;

/// <summary>A workload, a gateway that forwards, and a remote site on a wire: without the guard they talk in clear.</summary>
public sealed class LeakTests : IDisposable
{
    private static readonly IPAddress Workload = IPAddress.Parse("10.1.0.2");
    private static readonly IPAddress Own = IPAddress.Parse("10.1.0.1");
    private static readonly IPAddress Remote = IPAddress.Parse("10.2.0.2");
    private static readonly TunnelPolicy Policy = new("leaky", [IPNetwork.Parse("10.1.0.0/16")], [IPNetwork.Parse("10.2.0.0/16")]);
    private readonly ForwardingGateway _net = new();

    [Fact]
    public void Without_the_guard_packets_pass_in_clear_both_ways()
    {
        (bool leaving, bool arriving) = SendBothWays(expectedToPass: true);
        Assert.True(leaving);
        Assert.True(arriving);
        Assert.True(LeavesFromGateway());
    }

    [Theory]
    [InlineData("true", false)]
    [InlineData("true", true)]
    [InlineData("nft delete table ip TABLE", false)]    // The routes alone keep packets from leaving.
    [InlineData("ip rule del priority 201", false)]     // The filter alone does too.
    [InlineData("ip rule del priority 201", true)]
    [InlineData("ip rule del priority 201; ip rule del priority 201", false)]
    public async Task With_the_guard_nothing_leaves_in_clear_whether_the_process_lives_or_not(string damage, bool dead)
    {
        await using UserspaceDataplane dataplane = Create();
        _net.Gateway.Run(dataplane.Guard);
        if (dead)
            await dataplane.DisposeAsync();
        _net.Gateway.Shell(damage.Replace("TABLE", new TunnelNames(Policy.Tunnel).NftTable));
        Assert.False(SendBothWays().Leaving);
        Assert.False(LeavesFromGateway());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_the_guard_nothing_that_arrives_in_clear_goes_on_and_both_are_counted(bool dead)
    {
        await using UserspaceDataplane dataplane = Create();
        _net.Gateway.Run(dataplane.Guard);
        if (dead)
            await dataplane.DisposeAsync();
        (bool leaving, bool arriving) = SendBothWays();
        Assert.False(leaving);
        Assert.False(arriving);

        // Local delivery is as closed as forwarding: the gateway's own address lies in the local network.
        Assert.NotEqual(0, _net.Remote.TryShell("ping -c 1 -W 0.3 -I 10.2.0.2 10.1.0.1").Status);
        await Eventually.IsTrue(() => _net.Gateway.Run(dataplane.ReadCounters).Drops["XfrmInTmplMismatch"] == 3);

        _net.Gateway.Shell("ip rule del priority 201; ip rule del priority 201");
        _net.Workload.TryShell($"ping -c 1 -W 0.3 {Remote}");
        await Eventually.IsTrue(() => _net.Gateway.Run(dataplane.ReadCounters).Drops["XfrmOutPolBlock"] == 1);
    }

    [Fact]
    public async Task Taken_out_the_guard_lets_packets_pass_again_so_these_tests_can_fail()
    {
        await using UserspaceDataplane dataplane = Create();
        _net.Gateway.Run(dataplane.Guard);
        _net.Gateway.Shell($"nft delete table ip {new TunnelNames(Policy.Tunnel).NftTable}; ip rule del priority 201; ip rule del priority 201");
        (bool leaving, bool arriving) = SendBothWays(expectedToPass: true);
        Assert.True(leaving);
        Assert.True(arriving);
    }

    [Fact]
    public async Task Traffic_outside_the_policy_is_left_alone()
    {
        await using UserspaceDataplane dataplane = Create();
        _net.Gateway.Run(dataplane.Guard);
        _net.Remote.Shell("ip addr add 10.5.0.1/32 dev lo");
        _net.Gateway.Shell("ip route add 10.5.0.0/16 via 192.0.2.2");
        _net.Workload.Shell("ping -c 1 -W 20 10.5.0.1");
        _net.Gateway.Shell("ping -c 1 -W 20 -I 192.0.2.1 10.2.0.2");
    }

    public void Dispose() => _net.Dispose();

    /// <summary>Pings both ways; tells whether the wire saw a clear packet leave, and whether the workload saw one arrive.</summary>
    private (bool Leaving, bool Arriving) SendBothWays(bool expectedToPass = false)
    {
        // What passes ends the wait by its answer, however slow the machine; what is blocked has no answer to wait for.
        string patience = expectedToPass ? "-c 1 -W 20" : "-c 2 -i 0.1 -W 0.3";
        using var wire = new WireCapture(_net.Remote, "eth0");
        using var lan = new WireCapture(_net.Workload, "eth0");
        _net.Workload.TryShell($"ping {patience} {Remote}");
        bool leaving = wire.Take().Any(packet => packet.Source == Number(Workload));
        lan.Take();
        _net.Remote.TryShell($"ping {patience} -I {Remote} {Workload}");
        return (leaving, lan.Take().Any(packet => packet.Source == Number(Remote)));
    }

    /// <summary>Of the gateway's own packets, which are not forwarded, the wire saw one.</summary>
    private bool LeavesFromGateway()
    {
        using var wire = new WireCapture(_net.Remote, "eth0");
        _net.Gateway.TryShell($"ping -c 2 -i 0.1 -W 0.3 -I {Own} {Remote}");
        return wire.Take().Any(packet => packet.Source == Number(Own));
    }

    private static uint Number(IPAddress address) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static UserspaceDataplane Create() => new(Policy, new NoTransport(), new EspSpiPool(new SystemRandomSource()));
}
