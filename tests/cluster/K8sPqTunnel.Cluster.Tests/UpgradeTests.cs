using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes.Charts;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>`helm upgrade` from the version before, with traffic running.</summary>
public sealed class UpgradeTests(ClusterRealm realm)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upgrade_from_the_version_before_replaces_operator_and_gateway_lets_nothing_out_in_clear_and_the_tunnel_comes_back_by_itself()
    {
        PreviousProduct previous = await PreviousProduct.MakeAsync(realm);
        await realm.Helm!.RunAsync(Stop, "uninstall", Helm.Release, "--wait");
        try
        {
            await previous.InstallAsync();
            await using TunnelScene scene = await TunnelScene.SetAsync(realm, "upgraded");
            await scene.StartPeerAsync();
            await scene.BringUpAsync();
            string before = await scene.GatewayAsync(".metadata.uid");
            Assert.EndsWith($":{PreviousProduct.Tag}", await ImageAsync(scene), StringComparison.Ordinal);

            await using PodPing ping = await PodPing.StartAsync(realm, 600);
            await realm.Helm.InstallAsync(Stop);
            await Wait.UntilAsync("the gateway runs this version's image",
                async () => !(await ImageAsync(scene)).EndsWith($":{PreviousProduct.Tag}", StringComparison.Ordinal), Limit, Stop);
            await scene.WaitUntilReadyAsync();
            Assert.NotEqual(before, await scene.GatewayAsync(".metadata.uid"));
            Assert.Equal(20, (await scene.PingAsync(20)).Received);
            PingSummary during = await ping.FinishAsync();
            Assert.InRange(during.Received, 1, during.Sent);
            TestContext.Current.SendDiagnosticMessage("{0} of {1} pings answered while operator and gateway were replaced", during.Received, during.Sent);
            WireReport wire = await scene.StopCaptureAsync();
            Assert.True(wire.NothingLeaked, wire.ToString());
        }
        finally
        {
            await realm.Client.InstallAsync(Stop);
        }
    }

    private static Task<string> ImageAsync(TunnelScene scene) => scene.GatewayAsync(".spec.containers[0].image");
}
