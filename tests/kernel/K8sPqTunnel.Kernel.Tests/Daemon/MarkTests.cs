using System.Globalization;
using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>One daemon and one strongSwan with two tunnels between the same networks: the packets' marks tell them apart.</summary>
public sealed class MarkTests
{
    private const string First = "0x20", Second = "0x40";               // DSCP cs1 and cs2 in the octet of ping -Q
    private const int Pings = 20;
    private const int Size = 1000;
    private const long Volume = Pings * (Size + 28);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_the_kernel_each_carries_its_marked_packets_both_ways_through_rekeys_kill_and_restart()
    {
        await using KernelScene scene = await KernelScene.SetAsync("marks");
        await MarkedPeer.PrepareAsync(scene, Stop);
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop);
        StrongSwan peer = await scene.StartPeerAsync(MarkedPeer.Connections);
        PqTunnel daemon = await StartAsync(scene, "Xfrm");
        await AreToldApartAsync(scene, daemon);

        Traffic first = await StartTrafficAsync(scene, First), second = await StartTrafficAsync(scene, Second);
        (await daemon.AskAsync(Stop, "rekey", "one", "--child")).EnsureSuccess();
        await UntilAsync(daemon, "one", status => status.Children is [{ Generation: 1 }]);
        (await daemon.AskAsync(Stop, "rekey", "two", "--ike")).EnsureSuccess();
        (await peer.AskAsync("swanctl --rekey --child two", Stop)).EnsureSuccess();
        await UntilAsync(daemon, "two", status => status.Children is [{ Generation: 1 }] && status.Rekeys.Count > 1);
        await AreToldApartAsync(scene, daemon);
        await daemon.Up.KillAsync();
        Assert.True(await PingAsync(scene, First));
        Assert.True(await PingAsync(scene, Second));
        (int sent, IReadOnlyList<int> lost) = await first.StopAsync();
        Assert.True(sent > 50 && lost.Count == 0, $"of {sent} of the first tunnel {string.Join(", ", lost)} were lost");
        (sent, lost) = await second.StopAsync();
        Assert.True(sent > 50 && lost.Count == 0, $"of {sent} of the second tunnel {string.Join(", ", lost)} were lost");

        daemon = await StartAsync(scene, "Xfrm");
        await AreToldApartAsync(scene, daemon);
        await Wait.UntilAsync("the old SAs are gone", async () => await scene.ShellAsync("ip xfrm state | grep 'proto esp spi' | grep -vc 0x00000000") == "4\n", Limit, Stop);
        await AreToldApartAsync(scene, daemon);
        WireReport wire = await scene.SeenAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.Esp] > 10 * Pings, wire.ToString());

        // What has no mark is nobody's: it goes where the routes say. The answer ends at the peer's own route for its tunnels, which leads straight to the link.
        await scene.PingAsync(3);
        Assert.Equal(3, (await scene.SeenAsync())[PacketClass.Clear]);
        (await daemon.AskAsync(Stop, "down", "one")).EnsureSuccess();
        Assert.True(await PingAsync(scene, Second));
        (await daemon.AskAsync(Stop, "down", "two")).EnsureSuccess();
        Assert.Equal(0, (await daemon.Up.FinishAsync(Stop)).ExitCode);
        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop));
        Assert.Equal("", await scene.ShellAsync("ip xfrm state"));
    }

    [Fact]
    public async Task In_user_space_each_carries_its_marked_packets_both_ways_and_none_is_clear_while_the_daemon_is_gone()
    {
        await using KernelScene scene = await KernelScene.SetAsync("marks-in-user-space");
        await MarkedPeer.PrepareAsync(scene, Stop);
        await scene.StartPeerAsync(MarkedPeer.Connections);
        PqTunnel daemon = await StartAsync(scene, "Userspace");
        await AreToldApartAsync(scene, daemon);
        (await daemon.AskAsync(Stop, "rekey", "one", "--child")).EnsureSuccess();
        await UntilAsync(daemon, "one", status => status.Children is [{ Generation: 1 }]);
        await AreToldApartAsync(scene, daemon);

        await daemon.Up.KillAsync();
        Assert.False(await PingAsync(scene, First));
        Assert.False(await PingAsync(scene, Second));
        daemon = await StartAsync(scene, "Userspace");
        await AreToldApartAsync(scene, daemon);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    private static async Task<PqTunnel> StartAsync(KernelScene scene, string dataplane)
    {
        PqTunnel daemon = await scene.StartFleetAsync(MarkedPeer.Tunnel("one", dataplane), MarkedPeer.Tunnel("two", dataplane));
        foreach (string name in (string[])["one", "two"])
            Assert.Equal(dataplane, (await UntilAsync(daemon, name, status => status.Ready)).Dataplane);
        return daemon;
    }

    /// <summary>Outward, and inward: the workload's answer has the DSCP of the question.</summary>
    private static async Task AreToldApartAsync(KernelScene scene, PqTunnel daemon)
    {
        await GoesByAsync(daemon, "one", "two", () => PingAsync(scene, First));
        await GoesByAsync(daemon, "two", "one", () => PingAsync(scene, Second));
        await GoesByAsync(daemon, "one", "two", () => AskWorkloadAsync(scene, 0x100, First));
        await GoesByAsync(daemon, "two", "one", () => AskWorkloadAsync(scene, 0x200, Second));
    }

    private static async Task GoesByAsync(PqTunnel daemon, string tunnel, string other, Func<Task<bool>> ping)
    {
        (long In, long Out) mine = await OctetsAsync(daemon, tunnel), others = await OctetsAsync(daemon, other);
        Assert.True(await ping());
        (long In, long Out) mineNow = await OctetsAsync(daemon, tunnel), othersNow = await OctetsAsync(daemon, other);
        Assert.True(mineNow.In - mine.In >= Volume && mineNow.Out - mine.Out >= Volume, $"{tunnel}: {mine}, then {mineNow}");
        // What else it carries are probes, and the traffic of the test.
        Assert.True(othersNow.In - others.In < Volume && othersNow.Out - others.Out < Volume, $"{other}: {others}, then {othersNow}");
    }

    private static async Task<(long In, long Out)> OctetsAsync(PqTunnel daemon, string tunnel)
    {
        TunnelStatus status = (await daemon.StatusAsync(tunnel, Stop))!;
        return (status.Counters.InboundOctets, status.Counters.OutboundOctets);
    }

    private static async Task<bool> PingAsync(KernelScene scene, string dscp) =>
        (await scene.Network.Workload.RunAsync(Ping("-Q", dscp, TunnelNetwork.RemoteHost), Stop)).Succeeded;

    private static async Task<bool> AskWorkloadAsync(KernelScene scene, int mark, string dscp) => (await scene.Network.Remote.RunAsync(
        Ping("-m", mark.ToString(CultureInfo.InvariantCulture), "-Q", dscp, "-I", TunnelNetwork.RemoteHost, TunnelNetwork.WorkloadAddress), Stop)).Succeeded;

    private static Command Ping(params string[] options) => new("ping", ["-n", "-q", "-i", "0.02", "-c", $"{Pings}", "-s", $"{Size}", "-W", "2", .. options]);

    private static async Task<Traffic> StartTrafficAsync(KernelScene scene, string dscp) => new(await scene.Network.Workload.Tools.StartAsync(
        new Command("ping", "-n", "-Q", dscp, "-i", Traffic.Interval.ToString(CultureInfo.InvariantCulture), "-W", "2", TunnelNetwork.RemoteHost)));

    private static async Task<TunnelStatus> UntilAsync(PqTunnel daemon, string tunnel, Func<TunnelStatus, bool> holds)
    {
        TunnelStatus? status = null;
        await Wait.UntilAsync($"{tunnel} is as it should be", async () => !daemon.Up.HasExited && (status = await daemon.StatusAsync(tunnel, Stop)) is not null && holds(status), Limit, Stop);
        return status!;
    }
}
