using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Reconciliation;

/// <summary>A gateway that carries several tunnels.</summary>
public sealed class SharedGatewayTests
{
    private const string Tunnels = "apis/pqtunnel.io/v1alpha1/namespaces/network/ipsectunnels/";
    private const string Gateways = "apis/pqtunnel.io/v1alpha1/namespaces/network/ipsecgateways/";
    private const string ReplicaSets = "apis/apps/v1/namespaces/network/replicasets/";
    private const string Token = "token-of-edge";

    [Fact]
    public async Task A_daemon_is_sent_each_tunnel_with_its_own_key_and_then_only_what_changes()
    {
        using MemoryCluster cluster = WithGateway();
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        PutTunnel(cluster, "paris", "10.30.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello());

        TunnelConfiguration[] first = [await NextAsync(daemon), await NextAsync(daemon)];
        Assert.Equal(["berlin", "paris"], first.Select(sent => sent.Tunnel.Name).Order());
        foreach (TunnelConfiguration sent in first)
        {
            SecretValue key = Assert.Single(sent.Secrets);
            Assert.Equal(($"{sent.Tunnel.Name}-psk", "psk", $"correct horse of {sent.Tunnel.Name}"), (key.Name, key.Key, key.Value.ToStringUtf8()));
            Assert.Contains($"name: {sent.Tunnel.Name}", sent.Document);
        }

        PutTunnel(cluster, "paris", "10.31.0.0/16");
        TunnelConfiguration changed = await NextAsync(daemon);
        Assert.Equal("paris", changed.Tunnel.Name);
        Assert.Contains("10.31.0.0/16", changed.Document);
        PutSecret(cluster, "berlin", "another key of berlin");
        TunnelConfiguration rotated = await NextAsync(daemon);
        Assert.Equal(("berlin", "another key of berlin"), (rotated.Tunnel.Name, rotated.Secrets[0].Value.ToStringUtf8()));
    }

    [Fact]
    public async Task A_daemon_that_comes_back_is_sent_only_what_it_lacks_and_told_what_is_no_longer_its_own()
    {
        using MemoryCluster cluster = WithGateway();
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        PutTunnel(cluster, "paris", "10.30.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        TunnelConfiguration[] first;
        await using (FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello()))
            first = [await NextAsync(daemon), await NextAsync(daemon)];

        PutTunnel(cluster, "rome", "10.40.0.0/16");
        Hello again = Hello();
        again.Tunnels.Add(first.Select(sent => new HeldTunnel { Tunnel = sent.Tunnel, Fingerprint = sent.Fingerprint }));
        again.Tunnels.Add(new HeldTunnel { Tunnel = new TunnelRef { Name = "paris-before", Uid = "of-long-ago" }, Fingerprint = "x" });
        await using FakeDaemon back = await FakeDaemon.CallAsync(running.Connect(), Token, again);
        Assert.Equal("paris-before", (await back.ReadAsync(OperatorMessage.BodyOneofCase.Teardown)).Teardown.Tunnel.Name);
        Assert.Equal("rome", (await NextAsync(back)).Tunnel.Name);
        PutTunnel(cluster, "paris", "10.32.0.0/16");
        Assert.Equal("paris", (await NextAsync(back)).Tunnel.Name);
    }

    [Fact]
    public async Task Each_tunnel_has_the_status_that_the_daemon_reports_of_it()
    {
        using MemoryCluster cluster = WithGateway();
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        PutTunnel(cluster, "paris", "10.30.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello());
        TunnelConfiguration[] sent = [await NextAsync(daemon), await NextAsync(daemon)];

        TunnelReport up = Samples.Report;
        up.ObservedGeneration = 1;
        await daemon.SendAsync(new DaemonMessage { Tunnel = sent.Single(one => one.Tunnel.Name == "berlin").Tunnel, Report = up });
        await daemon.SendAsync(new DaemonMessage
        {
            Tunnel = sent.Single(one => one.Tunnel.Name == "paris").Tunnel,
            Report = new TunnelReport { Phase = TunnelPhase.Down, LastError = new TunnelError { Reason = "PeerSilent", Message = "nobody answers" } },
        });

        await ConditionAsync(cluster, "berlin", "Ready", c => c.Status == ConditionStatus.True);
        await ConditionAsync(cluster, "paris", "Ready", c => c.Reason == "PeerSilent");
        await Eventually.TrueAsync(
            () => GatewayStatus(cluster) is { Tunnels: 2, ReadyTunnels: 1, Node: "node1" } status && status.Conditions![0].Reason == "DaemonRuns",
            "the gateway counts its tunnels");
    }

    [Fact]
    public async Task Of_two_tunnels_with_the_same_networks_the_second_waits_and_begins_when_they_are_free()
    {
        using MemoryCluster cluster = WithGateway();
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello());
        Assert.Equal("berlin", (await NextAsync(daemon)).Tunnel.Name);

        PutTunnel(cluster, "amsterdam", "10.20.0.0/16");
        Condition stalled = await ConditionAsync(cluster, "amsterdam", "Stalled", c => c.Status == ConditionStatus.True);
        Assert.Equal("SelectorsTaken", stalled.Reason);
        Assert.Contains("\"berlin\"", stalled.Message);

        PutTunnel(cluster, "berlin", "10.21.0.0/16");
        TunnelConfiguration[] after = [await NextAsync(daemon), await NextAsync(daemon)];
        Assert.Equal(["amsterdam", "berlin"], after.Select(sent => sent.Tunnel.Name).Order());
        await ConditionAsync(cluster, "amsterdam", "Stalled", c => c.Status == ConditionStatus.False);
    }

    [Theory]
    [InlineData("0x100/0xff00", "0x200/0xff00", true)]
    [InlineData("0x100/0xff00", "0x142", false)]
    [InlineData("0x100/0xff00", null, false)]
    public async Task Two_tunnels_with_the_same_networks_run_beside_each_other_where_no_packet_has_the_marks_of_both(string first, string? second, bool bothRun)
    {
        using MemoryCluster cluster = WithGateway();
        PutTunnel(cluster, "berlin", "10.20.0.0/16", mark: first);
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello());
        Assert.Contains(first, (await NextAsync(daemon)).ToString(), StringComparison.Ordinal);

        PutTunnel(cluster, "amsterdam", "10.20.0.0/16", mark: second);
        if (!bothRun)
        {
            Condition stalled = await ConditionAsync(cluster, "amsterdam", "Stalled", c => c.Status == ConditionStatus.True);
            Assert.Equal("SelectorsTaken", stalled.Reason);
            Assert.Contains("spec.traffic.mark", stalled.Message);
            PutTunnel(cluster, "amsterdam", "10.20.0.0/16", mark: "0x300");
        }
        Assert.Equal("amsterdam", (await NextAsync(daemon)).Tunnel.Name);
    }

    [Fact]
    public async Task A_tunnel_whose_gateway_does_not_exist_says_so_and_runs_when_it_does()
    {
        using var cluster = new MemoryCluster();
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        Condition stalled = await ConditionAsync(cluster, "berlin", "Stalled", c => c.Status == ConditionStatus.True);
        Assert.Equal("GatewayMissing", stalled.Reason);
        Assert.Contains("no IpsecGateway \"edge\"", stalled.Message);
        Assert.Null(cluster.Find(ReplicaSets + "pqgateway-edge"));

        cluster.Put(Gateways + "edge", "{}");
        await ConditionAsync(cluster, "berlin", "Stalled", c => c.Status == ConditionStatus.False);
        await Eventually.TrueAsync(() => FilesOf(cluster)?.Contains("berlin.yaml") == true, "the gateway's files have the tunnel");
        Assert.NotNull(cluster.Find(ReplicaSets + "pqgateway-edge"));
    }

    [Fact]
    public async Task A_tunnel_that_is_given_another_gateway_stays_where_it_runs_says_so_and_is_taken_down_there()
    {
        using MemoryCluster cluster = WithGateway();
        cluster.Put(Gateways + "west", "{}");
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello());
        Assert.Equal("berlin", (await NextAsync(daemon)).Tunnel.Name);
        await Eventually.TrueAsync(() => GatewayOf(cluster, "berlin") == "pqgateway-edge", "the status says where it runs");

        PutTunnel(cluster, "berlin", "10.20.0.0/16", gateway: "west");
        Condition stalled = await ConditionAsync(cluster, "berlin", "Stalled", c => c.Reason == "GatewayChanged");
        Assert.Contains("pqgateway-edge", stalled.Message);
        // What is not berlin's makes the gateway's work be done again: berlin is neither sent nor taken down meanwhile.
        PutTunnel(cluster, "paris", "10.30.0.0/16");
        Assert.Equal("paris", (await daemon.ReadAsync())?.Configuration?.Tunnel.Name);
        Assert.Equal("pqgateway-edge", GatewayOf(cluster, "berlin"));

        cluster.Delete(Tunnels + "berlin");
        Assert.Equal("berlin", (await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Teardown)).Teardown.Tunnel.Name);
    }

    [Fact]
    public async Task Deleting_one_tunnel_takes_that_one_down_and_leaves_the_gateway_to_the_others()
    {
        using MemoryCluster cluster = WithGateway();
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        PutTunnel(cluster, "paris", "10.30.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello());
        _ = await NextAsync(daemon);
        _ = await NextAsync(daemon);

        cluster.Delete(Tunnels + "paris");
        Teardown teardown = (await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Teardown)).Teardown;
        Assert.Equal("paris", teardown.Tunnel.Name);
        Assert.NotNull(cluster.Find(Tunnels + "paris"));
        await daemon.SendAsync(new DaemonMessage { Tunnel = teardown.Tunnel, TeardownDone = new TeardownDone() });
        await Eventually.TrueAsync(() => cluster.Find(Tunnels + "paris") is null, "the finalizer goes");
        await Eventually.TrueAsync(() => FilesOf(cluster)?.SequenceEqual(["berlin.yaml", "ca.crt"]) == true, "the gateway's files have the other one only");
        Assert.NotNull(cluster.Find(ReplicaSets + "pqgateway-edge"));
        Assert.NotNull(cluster.Find(ClusterPaths.PodAt("edge-0")));
    }

    [Fact]
    public async Task A_changed_image_replaces_one_gateways_pod_after_another()
    {
        using MemoryCluster cluster = WithGateway();
        cluster.Put(Gateways + "west", "{}");
        PutPod(cluster, "edge", "of-an-older-template");
        PutPod(cluster, "west", "of-an-older-template");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        string[] pods = [ClusterPaths.PodAt("edge-0"), ClusterPaths.PodAt("west-0")];

        // Neither pod has the digest of the template: one goes.
        await Eventually.TrueAsync(() => pods.Count(path => cluster.Find(path) is null) == 1, "one pod is deleted");
        string first = cluster.Find(pods[0]) is null ? "edge" : "west";
        string second = first == "edge" ? "west" : "edge";
        PutPod(cluster, first);
        await Task.Delay(TimeSpan.FromSeconds(6));                         // longer than the other one waits before it looks again
        Assert.NotNull(cluster.Find(ClusterPaths.PodAt($"{second}-0")));

        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), $"token-of-{first}", Hello(first));
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.PodAt($"{second}-0")) is null, "the other pod is deleted once the first has its daemon");
    }

    [Fact]
    public async Task A_tunnel_that_needs_raw_sockets_leaves_the_pod_of_the_others_as_it_is()
    {
        using MemoryCluster cluster = WithGateway();
        PutTunnel(cluster, "berlin", "10.20.0.0/16");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Hello());
        _ = await NextAsync(daemon);
        string pods = cluster.Find(ReplicaSets + "pqgateway-edge")!["spec"]!["template"]!["metadata"]!.ToJsonString();

        PutTunnel(cluster, "paris", "10.30.0.0/16", probe: "10.30.0.1");
        Assert.Equal("paris", (await NextAsync(daemon)).Tunnel.Name);
        await Eventually.TrueAsync(() => FilesOf(cluster)?.Contains("paris.yaml") == true, "the gateway's files have the tunnel");
        Assert.Equal(pods, cluster.Find(ReplicaSets + "pqgateway-edge")!["spec"]!["template"]!["metadata"]!.ToJsonString());
        Assert.NotNull(cluster.Find(ClusterPaths.PodAt("edge-0")));
    }

    private static MemoryCluster WithGateway()
    {
        var cluster = new MemoryCluster
        {
            Tokens =
            {
                ["token-of-edge"] = "system:serviceaccount:network:pqgateway-edge",
                ["token-of-west"] = "system:serviceaccount:network:pqgateway-west",
            },
        };
        cluster.Put(Gateways + "edge", "{}");
        cluster.Put(ClusterPaths.Node, ClusterPaths.ReadyNodeJson);
        PutPod(cluster, "edge");
        return cluster;
    }

    private static void PutTunnel(MemoryCluster cluster, string name, string remote, string gateway = "edge", string? probe = null, string? mark = null)
    {
        if (cluster.Find($"api/v1/namespaces/network/secrets/{name}-psk") is null)
            PutSecret(cluster, name, $"correct horse of {name}");
        cluster.Put(Tunnels + name, $$$"""
            {"apiVersion":"pqtunnel.io/v1alpha1","kind":"IpsecTunnel","spec":{
              "gatewayRef":{"name":"{{{gateway}}}"},
              "peer":{"addresses":["198.51.100.7"]},
              "authentication":{"psk":{"secretRef":{"name":"{{{name}}}-psk"} } },
              "traffic":{"local":["10.244.0.0/16"],"remote":["{{{remote}}}"],"mark":{{{(mark is null ? "null" : $"\"{mark}\"")}}}},
              "probe":{{{(probe is null ? "null" : $"{{\"target\":\"{probe}\"}}")}}} } }
            """);
    }

    private static void PutSecret(MemoryCluster cluster, string tunnel, string key) => cluster.Put($"api/v1/namespaces/network/secrets/{tunnel}-psk",
        new JsonObject { ["data"] = new JsonObject { ["psk"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key)) } }.ToJsonString());

    private static void PutPod(MemoryCluster cluster, string gateway, string? digest = null) => cluster.Put(ClusterPaths.PodAt($"{gateway}-0"), $$$"""
        {"metadata":{"labels":{"app.kubernetes.io/name":"pqtunnel-gateway","app.kubernetes.io/instance":"pqgateway-{{{gateway}}}",
                               "app.kubernetes.io/managed-by":"pqtunnel-operator"},
                     "annotations":{"pqtunnel.io/pod-digest":"{{{digest ?? CurrentPods.OfGateway(gateway)}}}"} },
         "spec":{"nodeName":"node1","containers":[]},
         "status":{"containerStatuses":[{"name":"pqtunnel","state":{"running":{} } } ] } }
        """);

    private static Hello Hello(string gateway = "edge")
    {
        Hello hello = Samples.Hello.Clone();
        (hello.Gateway, hello.PodName) = ($"pqgateway-{gateway}", $"{gateway}-0");
        return hello;
    }

    private static async Task<TunnelConfiguration> NextAsync(FakeDaemon daemon) =>
        (await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Configuration)).Configuration;

    private static Task<Condition> ConditionAsync(MemoryCluster cluster, string tunnel, string type, Func<Condition, bool> wanted) =>
        Eventually.GetAsync(
            () => Task.FromResult(cluster.Find(Tunnels + tunnel)?["status"]?.Deserialize(ApiJsonContext.Default.IpsecTunnelStatus)?
                .Conditions?.FirstOrDefault(c => c.Type == type && wanted(c))),
            $"{tunnel}'s {type} condition");

    private static string? GatewayOf(MemoryCluster cluster, string tunnel) => cluster.Find(Tunnels + tunnel)?["status"]?["gateway"]?.GetValue<string>();

    private static IpsecGatewayStatus? GatewayStatus(MemoryCluster cluster) =>
        cluster.Find(Gateways + "edge")?["status"]?.Deserialize(ApiJsonContext.Default.IpsecGatewayStatus);

    private static IEnumerable<string>? FilesOf(MemoryCluster cluster) =>
        cluster.Find("api/v1/namespaces/network/configmaps/pqgateway-edge")?["data"]?.AsObject().Select(file => file.Key).Order(StringComparer.Ordinal);
}
