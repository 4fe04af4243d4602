using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Reconciliation;

/// <summary>The deletion of a tunnel whose daemons left something on nodes where none can be asked any more.</summary>
public sealed class TunnelDeletionTests
{
    private static readonly string CleanUp = ClusterPaths.PodAt(GatewayNames.CleanUpOf("berlin", "node1"));
    private static readonly string MovedPod = ClusterPaths.PodAt("pqtunnel-berlin-1");

    [Fact]
    public async Task A_node_that_the_gateway_had_to_leave_is_cleaned_by_a_pod_after_the_daemon_has_cleaned_its_own()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using (OperatorUnderTest first = await OperatorUnderTest.StartAsync(cluster))
            await NodesAsync(cluster, "node1");
        cluster.Put(ClusterPaths.OtherNode, ClusterPaths.ReadyNodeJson);
        cluster.Delete(ClusterPaths.Pod);
        cluster.Put(MovedPod, ClusterPaths.PodJson("node2", """{"running":{}}"""));

        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        Hello hello = Samples.Hello.Clone();
        (hello.PodName, hello.NodeName) = ("pqtunnel-berlin-1", "node2");
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), TunnelLifeTests.Token, hello, TunnelLifeTests.Berlin(cluster));
        Assert.Equal(OperatorMessage.BodyOneofCase.Welcome, (await daemon.ReadAsync())!.BodyCase);
        await NodesAsync(cluster, "node1", "node2");

        cluster.Delete(ClusterPaths.Tunnel);
        await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Teardown);
        Assert.NotNull(cluster.Find(ClusterPaths.ReplicaSet));
        Assert.Null(cluster.Find(CleanUp));
        await daemon.SendAsync(new DaemonMessage { TeardownDone = new TeardownDone() });
        JsonNode pod = await CleanUpAsync(cluster);
        Assert.Equal("node1", pod["spec"]!["nodeName"]!.GetValue<string>());
        Assert.Null(cluster.Find(ClusterPaths.ReplicaSet));
        await NodesAsync(cluster, "node1");
        cluster.Delete(MovedPod);
        Assert.NotNull(cluster.Find(ClusterPaths.Tunnel));

        cluster.Put(CleanUp, """{"status":{"phase":"Succeeded"}}""");
        await GoneAsync(cluster);
        Assert.Null(cluster.Find(CleanUp));
    }

    [Fact]
    public async Task A_node_whose_daemon_crashes_is_cleaned_after_its_gateway_pod_has_ended()
    {
        using MemoryCluster cluster = Crashing();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await NodesAsync(cluster, "node1");

        cluster.Delete(ClusterPaths.Tunnel);
        await MessageAsync(cluster, "TearingDown", "node node1 is cleaned as soon as its gateway pod has ended");
        Assert.Null(cluster.Find(ClusterPaths.ReplicaSet));
        Assert.Null(cluster.Find(CleanUp));

        // What the clean-up pod mounts comes back when somebody has deleted it, before the pod is made or after.
        cluster.Delete(ClusterPaths.ConfigMap);
        cluster.Delete(ClusterPaths.Pod);
        await CleanUpAsync(cluster);
        await ConfigMapAsync(cluster);
        cluster.Delete(ClusterPaths.ConfigMap);
        await ConfigMapAsync(cluster);
        cluster.Put(CleanUp, """{"status":{"phase":"Succeeded"}}""");
        await GoneAsync(cluster);
    }

    [Fact]
    public async Task A_node_that_has_left_the_cluster_holds_nobody_up()
    {
        using MemoryCluster cluster = Crashing();
        cluster.Put(ClusterPaths.Node, ClusterPaths.LostNodeJson);
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await NodesAsync(cluster, "node1");

        cluster.Delete(ClusterPaths.Tunnel);
        await MessageAsync(cluster, "NodeNotReady", "kubectl delete node node1");
        cluster.Delete(ClusterPaths.Node);
        await GoneAsync(cluster);
        Assert.DoesNotContain(CleanUp, cluster.Writes);
    }

    [Fact]
    public async Task A_node_that_is_not_ready_is_cleaned_when_it_is_back()
    {
        using MemoryCluster cluster = Crashing();
        cluster.Put(ClusterPaths.Node, ClusterPaths.LostNodeJson);
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await NodesAsync(cluster, "node1");

        cluster.Delete(ClusterPaths.Tunnel);
        cluster.Delete(ClusterPaths.Pod);
        await MessageAsync(cluster, "NodeNotReady", "node node1 is not ready and may still block");
        Assert.Null(cluster.Find(CleanUp));
        cluster.Put(ClusterPaths.Node, ClusterPaths.ReadyNodeJson);
        await CleanUpAsync(cluster);
    }

    [Fact]
    public async Task A_refused_clean_up_pod_is_told_with_what_to_do()
    {
        using MemoryCluster cluster = Crashing();
        cluster.Sealed = "api/v1/namespaces/network/pods";
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await NodesAsync(cluster, "node1");

        cluster.Delete(ClusterPaths.Tunnel);
        cluster.Delete(ClusterPaths.Pod);
        await MessageAsync(cluster, "CleanUpRefused", "run pqtunnel down on that node");
        Assert.NotNull(cluster.Find(ClusterPaths.Tunnel));
    }

    private static MemoryCluster Crashing()
    {
        MemoryCluster cluster = TunnelLifeTests.Running();
        cluster.Put(ClusterPaths.Pod, ClusterPaths.CrashingPodJson);
        return cluster;
    }

    private static Task NodesAsync(MemoryCluster cluster, params string[] nodes) =>
        Eventually.TrueAsync(() => TunnelLifeTests.Status(cluster)?.Nodes?.SequenceEqual(nodes) == true, $"status.nodes is {string.Join(", ", nodes)}");

    private static async Task MessageAsync(MemoryCluster cluster, string reason, string part) =>
        await TunnelLifeTests.ReadyAsync(cluster, (Condition c) => c.Reason == reason && c.Message.Contains(part, StringComparison.Ordinal));

    private static async Task<JsonNode> CleanUpAsync(MemoryCluster cluster) =>
        await Eventually.GetAsync(() => Task.FromResult(cluster.Find(CleanUp)), "the clean-up pod is made");

    private static Task ConfigMapAsync(MemoryCluster cluster) =>
        Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ConfigMap) is not null, "the ConfigMap is back");

    private static Task GoneAsync(MemoryCluster cluster) =>
        Eventually.TrueAsync(() => cluster.Find(ClusterPaths.Tunnel) is null, "the finalizer goes");
}
