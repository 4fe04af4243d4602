using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Daemon;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>The same as in user space, with the kernel's ESP at both ends.</summary>
public sealed class SilentPathTests
{
    /// <summary>ESP over IPv4: IP 20, ESP 8, IV 8, ICV 16, pad length and next header 2.</summary>
    private const int Overhead = 54;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_path_carries_is_found_and_found_again_when_it_narrows_and_when_it_widens()
    {
        await using KernelScene scene = await KernelScene.SetAsync("silent-path", path: 1400);
        await scene.StartPeerAsync();
        PqTunnel daemon = await scene.StartDaemonAsync(SilentPath.Tunnel, "--health", SilentPath.Metrics);
        var path = new SilentPath(scene.Network, daemon, scene.LogFile, Overhead);
        await path.UntilFoundAsync(1400);
        await scene.Network.NarrowAsync(1320, Stop);
        await path.UntilFoundAsync(1320);
        await scene.Network.NarrowAsync(1500, Stop);
        await path.UntilFoundAsync(1500);
    }

    [Fact]
    public async Task Without_probes_the_path_swallows_what_the_tunnel_says_that_it_carries()
    {
        await using KernelScene scene = await KernelScene.SetAsync("silent-path-unprobed", path: 1400);
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync(SilentPath.Tunnel with { PathProbe = "Disabled" });
        var path = new SilentPath(scene.Network, daemon, scene.LogFile, Overhead);
        await path.UntilSaidAsync(1500);
        Assert.True(await path.PassesAsync(1400 - Overhead));
        Assert.False(await path.PassesAsync(1500 - Overhead));
        Assert.False(await path.TransfersAsync());
    }
}
