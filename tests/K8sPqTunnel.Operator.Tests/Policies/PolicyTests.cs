using System.Text.Json;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Policies;

/// <summary>Post-quantum policies and the tunnels that are there.</summary>
public sealed class PolicyTests
{
    private const string Policies = "apis/pqtunnel.io/v1alpha1/postquantumpolicies/";
    private const string Namespace = "api/v1/namespaces/network";
    private const string StrongerJson = """{"spec":{"keyExchange":"MlKem1024"}}""";

    [Fact]
    public async Task A_tunnel_that_does_less_does_not_begin_says_what_to_write_and_begins_when_it_does_enough()
    {
        using MemoryCluster cluster = WithTunnel();
        cluster.Put(Policies + "strong", StrongerJson);
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);

        Condition stalled = await ConditionAsync(cluster, "Stalled", c => c.Status == ConditionStatus.True);
        Assert.Equal("PolicyViolated", stalled.Reason);
        Assert.Contains("spec.ike.proposals: PostQuantumPolicy \"strong\" wants ML-KEM-1024", stalled.Message);
        Assert.Contains("-ke1_mlkem1024", stalled.Message);
        Assert.Null(cluster.Find(ClusterPaths.ReplicaSet));
        await Eventually.GetAsync(
            async () => await running.MetricsAsync() is var text && text.Contains("pqtunnel_policy_violations{policy=\"strong\"} 1\n", StringComparison.Ordinal)
                && text.Contains("pqtunnel_policy_tunnels{policy=\"strong\"} 1\n", StringComparison.Ordinal) ? "" : null,
            "the metrics count it");

        cluster.Put(ClusterPaths.Tunnel, """{"spec":{"ike":{"proposals":["aes256gcm16-prfsha384-ecp384-ke1_mlkem1024"]}}}""");
        await ConditionAsync(cluster, "Stalled", c => c.Status == ConditionStatus.False);
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ReplicaSet) is not null, "the tunnel has its gateway");
    }

    [Fact]
    public async Task A_tunnel_that_runs_goes_on_as_it_was_when_a_policy_comes_and_says_so()
    {
        using MemoryCluster cluster = WithTunnel();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ReplicaSet) is not null, "the tunnel has its gateway");
        string files = cluster.Find(ClusterPaths.ConfigMap)!["data"]!.ToJsonString();

        cluster.Put(Policies + "strong", StrongerJson);
        Assert.Equal("PolicyViolated", (await ConditionAsync(cluster, "Stalled", c => c.Status == ConditionStatus.True)).Reason);
        cluster.Put(ClusterPaths.Tunnel, """{"spec":{"ike":{"lifetime":"2h"}}}""");
        await Eventually.TrueAsync(() => Status(cluster)?.ObservedGeneration == 2, "the changed spec was judged");
        Assert.NotNull(cluster.Find(ClusterPaths.ReplicaSet));
        Assert.Equal(files, cluster.Find(ClusterPaths.ConfigMap)!["data"]!.ToJsonString());

        cluster.Delete(Policies + "strong");
        await ConditionAsync(cluster, "Stalled", c => c.Status == ConditionStatus.False);
    }

    [Fact]
    public async Task A_policy_is_for_the_namespaces_that_its_selector_names_and_follows_their_labels()
    {
        using MemoryCluster cluster = WithTunnel();
        cluster.Put(Policies + "production", """
            {"spec":{"keyExchange":"MlKem1024","namespaceSelector":{"matchExpressions":[{"key":"env","operator":"In","values":["production"]}]}}}
            """);
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ReplicaSet) is not null, "the tunnel has its gateway");
        Assert.Equal(0, (await PolicyStatusAsync(cluster, "production", status => status.Tunnels is not null)).Tunnels);

        cluster.Put(Namespace, """{"metadata":{"labels":{"env":"production"}}}""");
        await ConditionAsync(cluster, "Stalled", c => c.Reason == "PolicyViolated");
        PostQuantumPolicyStatus told = await PolicyStatusAsync(cluster, "production", status => status.Violating == 1);
        Assert.Equal(["network/berlin"], told.Violators);
        Condition ready = told.Conditions!.Single(c => c.Type == "Ready");
        Assert.Equal((ConditionStatus.False, "Violated"), (ready.Status, ready.Reason));

        cluster.Put(Namespace, """{"metadata":{"labels":{"env":"test"}}}""");
        await ConditionAsync(cluster, "Stalled", c => c.Status == ConditionStatus.False);
        told = await PolicyStatusAsync(cluster, "production", status => status.Violating == 0);
        Assert.Equal("AllComply", told.Conditions!.Single(c => c.Type == "Ready").Reason);
        Assert.Null(told.Violators);
    }

    private static MemoryCluster WithTunnel()
    {
        var cluster = new MemoryCluster();
        cluster.Put(Namespace, "{}");
        cluster.Put(ClusterPaths.Secret, ClusterPaths.SecretJson);
        cluster.Put(ClusterPaths.Tunnel, ClusterPaths.TunnelJson);
        return cluster;
    }

    private static IpsecTunnelStatus? Status(MemoryCluster cluster) =>
        cluster.Find(ClusterPaths.Tunnel)?["status"]?.Deserialize(ApiJsonContext.Default.IpsecTunnelStatus);

    private static Task<Condition> ConditionAsync(MemoryCluster cluster, string type, Func<Condition, bool> wanted) => Eventually.GetAsync(
        () => Task.FromResult(Status(cluster)?.Conditions?.FirstOrDefault(c => c.Type == type && wanted(c))), $"the {type} condition");

    private static Task<PostQuantumPolicyStatus> PolicyStatusAsync(MemoryCluster cluster, string policy, Func<PostQuantumPolicyStatus, bool> wanted) =>
        Eventually.GetAsync(
            () => Task.FromResult(cluster.Find(Policies + policy)?["status"]?.Deserialize(ApiJsonContext.Default.PostQuantumPolicyStatus) is { } status && wanted(status)
                ? status
                : null),
            $"the status of {policy}");
}
