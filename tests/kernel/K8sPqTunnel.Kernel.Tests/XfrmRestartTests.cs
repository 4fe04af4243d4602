using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>What the kernel's data plane can do that a process cannot: go on without it.</summary>
public sealed class XfrmRestartTests
{
    private const byte Esp = 50;

    public XfrmRestartTests() => KernelWithEsp.Require();

    [Fact]
    public async Task Traffic_goes_on_while_the_daemon_is_gone_and_when_it_is_back()
    {
        await using var net = new TwoGateways(new XfrmGateways());
        net.Establish(udpEncapsulation: false);
        using var wire = new OuterWire(net);
        Task<string> pings = Task.Run(() => net.Workload.Shell("ping -c 200 -i 0.005 -W 10 10.2.0.1"), TestContext.Current.CancellationToken);
        await net.KillLeftAsync();
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        net.RestartLeft();
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        Assert.Contains(" 0% packet loss", await pings);
        Assert.All(wire.Take(), packet => Assert.Equal(Esp, packet.Protocol));

        // The successor's own SA takes over, and the old one still receives.
        net.Establish(spi: 0x3000, udpEncapsulation: false);
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        Assert.Equal(2, net.Left.Run(net.LeftPlane.ReadCounters).OutboundPackets);
    }

    [Fact]
    public async Task ESP_in_UDP_goes_on_as_soon_as_the_daemon_has_its_socket_again()
    {
        await using var net = new TwoGateways(new XfrmGateways());
        net.Establish();
        await net.KillLeftAsync();
        net.RestartLeft();
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
    }

    [Fact]
    public async Task Restarting_touches_only_what_differs()
    {
        await using var net = new TwoGateways(new XfrmGateways());
        net.Establish();
        const string listing = "ip -o xfrm policy | grep -v socket | sort; ip -o xfrm state | sed 's/lifetime.*//; s/anti-replay.*//' | sort";
        string before = net.Left.Shell(listing);
        await net.KillLeftAsync();
        // The kernel tells every change of a policy to whoever listens.
        net.Left.Shell("(timeout 30 ip xfrm monitor policy SA > /tmp/changes 2>&1 &) ; sleep 0.3");
        net.RestartLeft();
        Assert.Equal(before, net.Left.Shell(listing));
        net.Left.Shell("ip xfrm policy add src 172.30.0.0/16 dst 172.31.0.0/16 dir out action block");
        await Eventually.IsTrue(() => net.Left.Shell("cat /tmp/changes").Contains("172.30.0.0/16", StringComparison.Ordinal));
        Assert.DoesNotContain("10.2.0.0", net.Left.Shell("cat /tmp/changes"));
    }
}
