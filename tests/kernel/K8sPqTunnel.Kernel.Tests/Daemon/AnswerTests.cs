using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>The peer's health checks of our end, answered by the kernel, or in user space where the peer's kernel sends them.</summary>
public sealed class AnswerTests
{
    private static readonly string Wire = $"via {TunnelNetwork.GatewayAddress}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_packets_are_routed_checks_of_both_types_come_back_through_the_tunnel_also_while_the_daemon_is_gone_and_none_in_clear()
    {
        await using KernelScene scene = await KernelScene.SetAsync("answers-routed");
        await scene.StartPeerAsync(HealthChecks.Everything);
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop);
        (PqTunnel daemon, TunnelStatus up) = await scene.BringUpAsync(HealthChecks.Routed);
        Assert.Equal("Xfrm", up.Dataplane);
        var checks = new HealthChecks(scene.Network);
        await checks.PrepareAsync(Wire);
        int sent = await checks.AllRoutedComeBackAsync();
        await AssertAnsweredAsync(scene, daemon, sent);

        await daemon.Up.KillAsync();
        await checks.AllRoutedComeBackAsync();
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        (await daemon.DownAsync(Stop)).EnsureSuccess();
        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop));
    }

    [Theory]
    [InlineData("Auto", "Xfrm")]
    [InlineData("Userspace", "Userspace")]
    public async Task Where_selectors_choose_the_packets_checks_of_both_types_come_back_through_the_tunnel_and_none_in_clear(string dataplane, string carries)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"answers-selected-{dataplane}");
        await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus up) = await scene.BringUpAsync(new TunnelFile { Dataplane = dataplane, Answers = [HealthChecks.OurAddress] });
        Assert.Equal(carries, up.Dataplane);
        var checks = new HealthChecks(scene.Network);
        await checks.PrepareAsync(Wire);
        // No selector of the SA covers what claims to come from our side: the peer, too, has a policy beside it.
        await scene.Network.Remote.IpAsync(
            $"xfrm policy add src {HealthChecks.OurAddress} dst {TunnelNetwork.RemoteHost} dir out tmpl src {TunnelNetwork.RemoteAddress} dst {TunnelNetwork.GatewayAddress} proto esp reqid 1 mode tunnel", Stop);

        await checks.RequestsAreAnsweredAsync(TunnelNetwork.RemoteHost, HealthChecks.OurAddress);
        checks.RepliesComeBack(TunnelNetwork.RemoteHost, HealthChecks.OurAddress);
        await AssertAnsweredAsync(scene, daemon, 2 * HealthChecks.Each);
    }

    private static async Task AssertAnsweredAsync(KernelScene scene, PqTunnel daemon, int checks)
    {
        await KernelScene.UntilAsync(daemon, $"{checks} answers are counted", status => status.Counters.ProbesAnswered == checks);
        WireReport wire = await scene.SeenAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire.Esp > checks, wire.ToString());
    }
}
