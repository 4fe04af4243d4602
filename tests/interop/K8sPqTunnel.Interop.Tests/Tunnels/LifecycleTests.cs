using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>However a tunnel ends, nothing crosses the wire in clear until someone takes it down.</summary>
public sealed class LifecycleTests(Realm realm)
{
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(120);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tunnel_that_the_peer_deletes_comes_back_by_itself()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "peer-deletes");
        StrongSwan peer = await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus first) = await scene.BringUpAsync();

        (await peer.TerminateAsync(Stop)).EnsureSuccess();

        await UntilAnotherSaAsync(daemon, first);
        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task A_peer_that_loses_its_memory_is_noticed_and_connected_again()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "peer-crashes");
        StrongSwan peer = await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus first) = await scene.BringUpAsync();

        // Somebody goes on sending all the time: nothing of it may leave in clear.
        await using RunningCommand traffic = await scene.Network.Workload.Tools.StartAsync(new Command("ping", "-n", "-i", "0.1", TunnelNetwork.RemoteHost));
        await peer.KillAsync();
        await scene.StartPeerAsync();

        await UntilAnotherSaAsync(daemon, first);
        Assert.False(traffic.HasExited);
        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task Killing_the_daemon_opens_no_way_for_clear_packets()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "killed");
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync();

        await daemon.Up.KillAsync();

        await AssertBlockedAsync(scene);
    }

    [Fact]
    public async Task Stopping_the_daemon_opens_no_way_for_clear_packets()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "stopped");
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync();

        Assert.Equal(0, (await daemon.StopAsync()).ExitCode);

        await AssertBlockedAsync(scene);
    }

    [Fact]
    public async Task Taking_the_tunnel_down_removes_everything_and_nothing_else()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "down");
        StrongSwan peer = await scene.StartPeerAsync();
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop);
        (PqTunnel daemon, _) = await scene.BringUpAsync();
        Assert.NotEqual(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop));

        (await daemon.DownAsync(Stop)).EnsureSuccess();

        Assert.Equal(0, (await daemon.Up.FinishAsync(Stop)).ExitCode);
        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop));
        Assert.DoesNotContain("ESTABLISHED", await peer.ListSasAsync(Stop), StringComparison.Ordinal);
        // The way is as open as it was: so it was the daemon's block that kept the other tests' packets off the wire.
        Assert.True(await scene.PingAsync(2));
        Assert.Equal(4, (await scene.StopCaptureAsync())[PacketClass.Clear]);
    }

    [Fact]
    public async Task Taking_down_what_a_killed_daemon_left_removes_everything()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "down-after-kill");
        await scene.StartPeerAsync();
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop);
        (PqTunnel daemon, _) = await scene.BringUpAsync();
        await daemon.Up.KillAsync();

        (await daemon.DownAsync(Stop)).EnsureSuccess();

        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop));
    }

    [Fact]
    public async Task A_killed_daemon_that_is_started_again_carries_packets_again()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "started-again");
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync();
        await daemon.Up.KillAsync();

        await scene.BringUpAsync();

        Assert.True(await scene.PingAsync(5));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task No_secret_shows_in_output_status_arguments_or_environment()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "no-secret");
        await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync();

        string[] shown =
        [
            daemon.Up.Output, daemon.Up.Errors, status.ToString(),
            await File.ReadAllTextAsync($"/proc/{daemon.Up.ProcessId}/cmdline", Stop),
            await File.ReadAllTextAsync($"/proc/{daemon.Up.ProcessId}/environ", Stop),
        ];

        Assert.All(shown, text => Assert.DoesNotContain(Connections.Psk, text, StringComparison.Ordinal));
    }

    private static Task UntilAnotherSaAsync(PqTunnel daemon, TunnelStatus first) => Wait.UntilAsync(
        "another IKE SA is up",
        async () => await daemon.StatusAsync(Stop) is { Ready: true, Ike: { } ike } && ike.InitiatorSpi != first.Ike!.InitiatorSpi,
        RecoveryLimit, Stop, pause: TimeSpan.FromMilliseconds(500));

    private static async Task AssertBlockedAsync(TunnelScene scene)
    {
        Assert.False(await scene.PingAsync(5), "a ping was answered although no tunnel is there");
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }
}
