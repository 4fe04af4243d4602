using System.Globalization;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>What a Prometheus in the cluster reads of gateways and of the operator.</summary>
public sealed class MetricsTests(ClusterRealm realm)
{
    // Pods of a test before may still hold theirs.
    private const int Port = 9510;
    private const int TakenPort = 9512;
    private const int OtherPort = 9513;
    private const int KubeletPort = 10250;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_gateway_that_is_given_a_port_is_replaced_as_ever_and_its_metrics_count_and_tell_that_the_peer_is_gone()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "metrics");
        string up = $"pqtunnel_up{{namespace=\"{scene.Name}\",tunnel=\"{TunnelSpec.Name}\"}}";
        await scene.StartPeerAsync();
        TunnelView first = await scene.BringUpAsync();
        string address = await scene.GatewayAsync(".status.podIP");
        Assert.False((await ReadGatewayAsync(address)).Succeeded, "nothing is open that was not asked for");

        TunnelView measured = await ReplaceAsync(scene, first, new TunnelSpec { MetricsPort = Port });

        // As a PodMonitor finds it: by the pod's address and the port's name. The pod before may still be listed.
        Assert.Equal($"{address} {Port}", await realm.Kubectl.RunAsync(Stop, "--namespace", scene.Name, "get", "pod", measured.Pod!,
            "--output", "jsonpath={.status.podIP} {.spec.containers[0].ports[?(@.name=='metrics')].containerPort}"));
        string before = (await ReadGatewayAsync(address)).EnsureSuccess().Output;
        Assert.Contains($"{up} 1\n", before, StringComparison.Ordinal);
        Assert.Equal(5, (await scene.PingAsync(5)).Received);
        string after = (await ReadGatewayAsync(address)).EnsureSuccess().Output;
        Assert.True(BytesOf(after, "in") >= BytesOf(before, "in") + (5 * 84) && BytesOf(after, "out") >= BytesOf(before, "out") + (5 * 84), before + after);

        // The successor needs the port that its predecessor holds.
        await ReplaceAsync(scene, measured, new TunnelSpec { MetricsPort = Port, NodeLabels = new Dictionary<string, string> { ["beta.kubernetes.io/os"] = "linux" } });
        await WaitForOperatorAsync(scene.Name, up: true);
        await realm.Site.StopPeerAsync();

        await Wait.UntilAsync("the gateway tells that the tunnel is down", async () => (await ReadGatewayAsync(address)).Output.Contains($"{up} 0\n", StringComparison.Ordinal), Patience, Stop);
        await WaitForOperatorAsync(scene.Name, up: false);
    }

    [Fact]
    public async Task A_gateway_whose_port_is_taken_on_its_node_says_so_stays_visible_and_begins_with_another_one()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "metrics-port-taken");
        (await realm.Kubectl.ApplyAsync(Manifests.Gateway(scene.Name, "edge", realm.Node.Name, TakenPort), Stop)).EnsureSuccess();
        await Wait.UntilAsync("the first gateway runs", async () => (await realm.Kubectl.TryAsync(Stop, "--namespace", scene.Name, "get", "ipgw", "edge",
            "--output", "jsonpath={.status.conditions[?(@.type=='Ready')].status}")).Output == "True", Patience, Stop);
        await scene.ApplySecretAsync();
        (await scene.ApplyAsync(new TunnelSpec { MetricsPort = TakenPort })).EnsureSuccess();

        TunnelView refused = await scene.WaitForComplaintAsync("metricsPort: choose another one, for example 9511");
        Assert.Equal("GatewayUnschedulable", refused.Condition("Ready")!.Reason);
        await WaitForOperatorAsync(scene.Name, up: false);

        // Of what is no pod the scheduler knows nothing.
        (await scene.ApplyAsync(new TunnelSpec { MetricsPort = KubeletPort })).EnsureSuccess();
        TunnelView failed = await scene.WaitForComplaintAsync($"{ClusterNetwork.NodeAddress(1)}:{KubeletPort} cannot be listened on");
        Assert.Equal("GatewayNotRunning", failed.Condition("Ready")!.Reason);

        (await scene.ApplyAsync(new TunnelSpec { MetricsPort = OtherPort })).EnsureSuccess();
        await scene.WaitAsync("the tunnel is tried", view => view.Condition("Established") is { Status: "False" } && view.Node == realm.Node.Name);
        string page = (await realm.MetricsAsync(ClusterNetwork.NodeAddress(1), OtherPort, Stop)).EnsureSuccess().Output;
        Assert.Contains($"pqtunnel_up{{namespace=\"{scene.Name}\",tunnel=\"{TunnelSpec.Name}\"}} 0\n", page, StringComparison.Ordinal);
    }

    /// <summary>Applies what needs another pod, and waits until that one carries the tunnel.</summary>
    private static async Task<TunnelView> ReplaceAsync(TunnelScene scene, TunnelView before, TunnelSpec spec)
    {
        Task<PingSummary> pings = scene.PingAsync(200);
        (await scene.ApplyAsync(spec)).EnsureSuccess();
        TunnelView after = await scene.WaitAsync("another pod carries the tunnel", view => view.IsReady && view.Pod != before.Pod);
        PingSummary during = await pings;
        TestContext.Current.TestOutputHelper?.WriteLine($"while the pod was replaced, {during.Sent - during.Received} of {during.Sent} pings went unanswered");
        return after;
    }

    private async Task WaitForOperatorAsync(string space, bool up)
    {
        string address = await realm.Kubectl.RunAsync(Stop, "--namespace", TunnelClient.OperatorNamespace, "get", "pods",
            "--selector", "app.kubernetes.io/name=pqtunnel-operator", "--output", "jsonpath={.items[0].status.podIP}");
        string line = $"pqtunnel_up{{namespace=\"{space}\",name=\"{TunnelSpec.Name}\"}} {(up ? 1 : 0)}\n";
        await Wait.UntilAsync($"the operator tells {line}",
            async () => (await realm.MetricsAsync(address, 8080, Stop)).Output.Contains(line, StringComparison.Ordinal), Patience, Stop);
    }

    private Task<CommandResult> ReadGatewayAsync(string address) => realm.MetricsAsync(address, Port, Stop);

    private static long BytesOf(string page, string direction) => page.Split('\n')
        .Where(line => line.StartsWith("pqtunnel_tunnel_bytes_total{", StringComparison.Ordinal) && line.Contains($"direction=\"{direction}\"", StringComparison.Ordinal))
        .Select(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).Single();
}
