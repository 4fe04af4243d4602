using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>The peer's health checks of our end, in user space.</summary>
public sealed class AnswerTests(Realm realm)
{
    private const string Libipsec = "dev ipsec0";

    [Fact]
    public async Task Where_packets_are_routed_checks_of_both_types_come_back_through_the_tunnel_and_none_in_clear()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "answers-routed");
        await scene.StartPeerAsync(HealthChecks.Everything, options: new StrongSwanOptions { CarriesEverything = true });
        (PqTunnel daemon, TunnelStatus up) = await scene.BringUpAsync(HealthChecks.Routed);
        Assert.Equal("Userspace", up.Dataplane);
        var checks = new HealthChecks(scene.Network);
        await checks.PrepareAsync(Libipsec);

        await AssertAnsweredAsync(scene, daemon, await checks.AllRoutedComeBackAsync());
    }

    /// <summary>This strongSwan sends only what its selectors cover, and so no reply in our name: one that has the kernel for that is in tests/kernel.</summary>
    [Fact]
    public async Task Where_selectors_choose_the_packets_requests_are_answered_through_the_tunnel_and_none_in_clear()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "answers-selected");
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync(new TunnelFile { Answers = [HealthChecks.OurAddress] });
        await new HealthChecks(scene.Network).RequestsAreAnsweredAsync(TunnelNetwork.RemoteHost, HealthChecks.OurAddress);
        await AssertAnsweredAsync(scene, daemon, HealthChecks.Each);
    }

    private static async Task AssertAnsweredAsync(TunnelScene scene, PqTunnel daemon, int checks)
    {
        Assert.Equal(checks, (await daemon.StatusAsync(TestContext.Current.CancellationToken))!.Counters.ProbesAnswered);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire.Esp > 2 * checks, wire.ToString());
    }
}
