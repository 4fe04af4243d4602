using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>The daemon is killed and started again; the kernel's SAs carry the traffic meanwhile.</summary>
public sealed class RestartTests
{
    private const string Foreign = "ip xfrm policy | grep -c 172.31; ip xfrm state | grep -c 0x0000c0de";

    /// <summary>Seconds; a round trip and what the two ends do meanwhile, on a machine that may be busy.</summary>
    private const double LongestSwitch = 1.5;
    private static readonly TimeSpan SwitchLimit = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Straight_over_IP_no_packet_is_lost_while_the_daemon_is_gone_and_the_new_SAs_take_over_from_the_old_ones()
    {
        await using KernelScene scene = await KernelScene.SetAsync("killed");
        await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus first) = await scene.BringUpAsync();
        await scene.ShellAsync("ip xfrm policy add src 172.30.0.0/16 dst 172.31.0.0/16 dir out action block;"
            + "ip xfrm state add src 172.30.0.1 dst 172.31.0.1 proto esp spi 0xc0de reqid 7 mode tunnel aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0f10111213 128");
        string old = first.Children[0].InboundSpi;

        Traffic gone = await scene.StartTrafficAsync();
        await daemon.Up.KillAsync();
        Assert.True(await scene.PingAsync(20));
        (int sent, IReadOnlyList<int> lost) = await gone.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent > 20);

        Traffic back = await scene.StartTrafficAsync();
        daemon = await StartQuietlyAsync(scene);
        TunnelStatus second = await KernelScene.UntilAsync(daemon, "packets pass", status => status.Ready);
        Assert.NotEqual(old, second.Children[0].InboundSpi);
        Assert.True(await scene.PingAsync(20));
        (sent, lost) = await back.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"while the daemon came back: {sent} pings, lost {string.Join(", ", lost)}");
        // The peer forgets the old SA with our IKE_AUTH request (INITIAL_CONTACT), and we hear of the new one by its answer: in between, and only then.
        Assert.True(Traffic.Gaps(lost) <= 1 && lost.Count * Traffic.Interval < LongestSwitch, $"{lost.Count} of {sent} pings were lost: {string.Join(", ", lost)}");

        await Wait.UntilAsync("the old SAs are gone",
            async () => await scene.ShellAsync("ip xfrm state | grep -c reqid") == "3\n", SwitchLimit, Stop);
        Assert.DoesNotContain(old, await scene.ShellAsync("ip xfrm state"));
        Assert.Equal("1\n1\n", await scene.ShellAsync(Foreign));
        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task An_upgrade_under_traffic_tells_the_peer_nothing_and_the_old_SAs_carry_on_until_the_new_daemon_has_its_own()
    {
        await using KernelScene scene = await KernelScene.SetAsync("upgraded");
        StrongSwan peer = await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus first) = await scene.BringUpAsync();
        string old = first.Children[0].InboundSpi;

        Traffic between = await scene.StartTrafficAsync();
        Assert.Equal(0, (await daemon.StopAsync()).ExitCode);
        Assert.Contains("stay in the kernel", daemon.Up.Errors, StringComparison.Ordinal);
        Assert.True(await scene.PingAsync(20));
        // Should no daemon follow, the kernel ends them: an hour, what is on the way, and a minute.
        Assert.Equal(2, (await scene.ShellAsync("ip -s xfrm state")).Split($"expire add: soft 0(sec), hard {3600 + 5 + 60}(sec)").Length - 1);
        Assert.Contains("ESTABLISHED", await peer.ListSasAsync(Stop), StringComparison.Ordinal);
        (int sent, IReadOnlyList<int> lost) = await between.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent > 20);

        Traffic switching = await scene.StartTrafficAsync();
        daemon = await StartQuietlyAsync(scene);
        TunnelStatus second = await KernelScene.UntilAsync(daemon, "packets pass", status => status.Ready);
        Assert.NotEqual(old, second.Children[0].InboundSpi);
        Assert.True(await scene.PingAsync(20));
        (sent, lost) = await switching.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"while the next daemon began: {sent} pings, lost {string.Join(", ", lost)}");
        Assert.True(Traffic.Gaps(lost) <= 1 && lost.Count * Traffic.Interval < LongestSwitch, $"{lost.Count} of {sent} pings were lost: {string.Join(", ", lost)}");
        await Wait.UntilAsync("the old SAs are gone", async () => !(await scene.ShellAsync("ip xfrm state")).Contains(old, StringComparison.Ordinal), SwitchLimit, Stop);
        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));

        // Taking the tunnel down is something else: the peer is told, and nothing stays.
        (await daemon.DownAsync(Stop)).EnsureSuccess();
        Assert.DoesNotContain("ESTABLISHED", await peer.ListSasAsync(Stop), StringComparison.Ordinal);
        Assert.DoesNotContain("reqid", await scene.ShellAsync("ip xfrm state; ip xfrm policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tunnel_that_waits_for_traffic_replaces_the_SAs_that_it_inherits_although_no_packet_waits()
    {
        await using KernelScene scene = await KernelScene.SetAsync("trap-inherits");
        await scene.StartPeerAsync();
        var trap = new TunnelFile { StartAction = "Trap", ProbeTarget = null };
        PqTunnel daemon = await scene.StartDaemonAsync(trap);
        await KernelScene.UntilAsync(daemon, "the daemon waits for traffic", status => status.Phase == "Listening");
        await scene.PingAsync(1);
        TunnelStatus first = await KernelScene.UntilAsync(daemon, "the first packet brings the tunnel up", status => status.Ready);
        await daemon.Up.KillAsync();

        daemon = await scene.StartDaemonAsync(trap);
        TunnelStatus second = await KernelScene.UntilAsync(daemon, "the tunnel is up again", status => status.Ready);
        Assert.NotEqual(first.Children[0].InboundSpi, second.Children[0].InboundSpi);
        Assert.True(await scene.PingAsync(5));
    }

    [Fact]
    public async Task In_UDP_packets_go_out_while_the_daemon_is_gone_and_come_in_again_with_its_socket()
    {
        await using KernelScene scene = await KernelScene.SetAsync("killed-in-udp", NatPlace.Gateway);
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync(new TunnelFile { PeerAddress = scene.Network.RemoteSeenAs });

        Traffic traffic = await scene.StartTrafficAsync();
        await daemon.Up.KillAsync();
        Assert.False(await scene.PingAsync(5), "ESP in UDP came in although no process held the socket");
        await scene.BringUpAsync(new TunnelFile { PeerAddress = scene.Network.RemoteSeenAs });
        Assert.True(await scene.PingAsync(20));
        (int sent, IReadOnlyList<int> lost) = await traffic.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"in UDP: {lost.Count} of {sent} pings lost, {lost.Count * Traffic.Interval:0.0} s");
        // From the kill to the new socket, and the switch to the new SA.
        Assert.InRange(Traffic.Gaps(lost), 1, 2);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    /// <summary>Starts the daemon and waits for its word that packets pass: whoever asked it all the while would take the guest's only processor from it.</summary>
    private static async Task<PqTunnel> StartQuietlyAsync(KernelScene scene)
    {
        PqTunnel daemon = await scene.StartDaemonAsync();
        await Wait.UntilAsync("the daemon says that packets pass",
            () => daemon.Up.HasExited || daemon.Up.Errors.Contains("answers inside the tunnel", StringComparison.Ordinal), SwitchLimit, Stop);
        return daemon;
    }
}
