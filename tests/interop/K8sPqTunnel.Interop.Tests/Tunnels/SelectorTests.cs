using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>How spec.traffic becomes child SAs.</summary>
public sealed class SelectorTests(Realm realm)
{
    private const string FirstHalf = "10.20.0.0/25";
    private const string SecondHalf = "10.20.0.128/25";
    private const string SecondHost = "10.20.0.129";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_pair_of_networks_gets_a_child_SA_of_its_own_where_the_tunnel_says_so()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "per-pair");
        (await scene.Network.Remote.RunAsync(new Command("ip", "addr", "add", $"{SecondHost}/32", "dev", "lo"), Stop)).EnsureSuccess();
        await scene.StartPeerAsync();

        (PqTunnel daemon, _) = await scene.BringUpAsync(new TunnelFile { Remote = [FirstHalf, SecondHalf], Selectors = "PerPair" });
        TunnelStatus? status = null;
        await Wait.UntilAsync("both child SAs are up", async () => (status = await daemon.StatusAsync(Stop)) is { Children.Count: 2 },
            TimeSpan.FromSeconds(10), Stop);

        Assert.Equal([FirstHalf, SecondHalf], status!.Children.SelectMany(child => child.Remote).Order());
        Assert.True(await scene.PingAsync(3));
        (await scene.Network.Workload.RunAsync(new Command("ping", "-n", "-q", "-i", "0.05", "-c", "3", "-W", "2", SecondHost), Stop)).EnsureSuccess();
        Assert.True((await scene.StopCaptureAsync()).NothingLeaked);
    }
}
