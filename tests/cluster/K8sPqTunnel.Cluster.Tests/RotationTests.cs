using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Demo;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>Keys that are replaced while packets pass.</summary>
public sealed class RotationTests(ClusterRealm realm)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_pre_shared_key_takes_over_without_a_lost_packet_although_the_peer_has_it_later()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "new-key");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();
        string before = await IkeSpiAsync(scene);

        await using Traffic traffic = Traffic.Begin(scene);
        await scene.ApplySecretAsync(NewKey);
        // The peer refuses the new key, and the tunnel goes on with what it has.
        await scene.WaitAsync("the peer has refused the new key", view => view.LastError?.Contains("does not accept our proof", StringComparison.Ordinal) == true && view.IsReady);
        Assert.Equal(before, await IkeSpiAsync(scene));
        await scene.ChangePeerAsync(peer => peer with { Psk = NewKey });
        await WaitForAnotherIkeSaAsync(scene, before);
        (int sent, int received) = await traffic.EndAsync();

        Assert.Equal(sent, received);
        Assert.True((await scene.ViewAsync()).IsReady);
        Assert.Equal("0", await scene.GatewayAsync(".status.containerStatuses[0].restartCount"));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
    }

    [Fact]
    public async Task A_peer_that_begins_anew_with_the_former_key_is_taken_in_its_time()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "former-key");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();
        string before = await IkeSpiAsync(scene);
        await scene.ApplySecretAsync(NewKey);
        await scene.WaitAsync("the peer has refused the new key", view => view.LastError?.Contains("does not accept our proof", StringComparison.Ordinal) == true);

        (await scene.Peer.TerminateAsync(Stop)).EnsureSuccess();
        await WaitForAnotherIkeSaAsync(scene, before);
        await scene.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task Another_certificate_authority_of_the_operators_own_costs_no_packet_and_daemons_come_back_to_it()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "new-authority");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();
        string before = await IkeSpiAsync(scene);

        await using Traffic traffic = Traffic.Begin(scene);
        await using (await OperatorAway.SendAsync(realm))
            await realm.Kubectl.RunAsync(Stop, "--namespace", "pqtunnel-system", "delete", "secret", "pqtunnel-operator-identity");
        // A daemon trusts the new authority as soon as the kubelet has brought its certificate to the pod.
        await Lab.Wait.UntilAsync("the daemon has called the new operator", async () => (await OperatorLogAsync()).Contains($"{scene.Name}/pqtunnel-remote: daemon", StringComparison.Ordinal), Limit, Stop);
        await scene.WaitUntilReadyAsync();
        (int sent, int received) = await traffic.EndAsync();

        Assert.Equal(sent, received);
        Assert.Equal(before, await IkeSpiAsync(scene));
        Assert.Equal("0", await scene.GatewayAsync(".status.containerStatuses[0].restartCount"));
    }

    private static string NewKey { get; } = $"another-key-of-the-cluster-tests-{Guid.NewGuid():N}";

    private async Task<string> IkeSpiAsync(TunnelScene scene) => await realm.Kubectl.RunAsync(Stop,
        "--namespace", scene.Name, "get", "ipsectunnel", TunnelSpec.Name, "--output", "jsonpath={.status.ike.initiatorSpi}");

    private Task<string> OperatorLogAsync() => realm.Kubectl.RunAsync(Stop, "--namespace", "pqtunnel-system", "logs", "deployment/pqtunnel-operator");

    private Task WaitForAnotherIkeSaAsync(TunnelScene scene, string before) => Lab.Wait.UntilAsync(
        "another IKE SA is up", async () => await IkeSpiAsync(scene) is { Length: > 0 } spi && spi != before, Limit, Stop);

    /// <summary>Pings through the tunnel until it is told to end.</summary>
    private sealed class Traffic : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task<(int Sent, int Received)> _running;

        private Traffic(TunnelScene scene) => _running = RunAsync(scene);

        public static Traffic Begin(TunnelScene scene) => new(scene);

        public async Task<(int Sent, int Received)> EndAsync()
        {
            await _end.CancelAsync();
            return await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _end.Dispose();
        }

        private async Task<(int Sent, int Received)> RunAsync(TunnelScene scene)
        {
            (int sent, int received) = (0, 0);
            do
            {
                PingSummary some = await scene.PingAsync(20);
                (sent, received) = (sent + some.Sent, received + some.Received);
            }
            while (!_end.IsCancellationRequested);
            return (sent, received);
        }
    }
}
