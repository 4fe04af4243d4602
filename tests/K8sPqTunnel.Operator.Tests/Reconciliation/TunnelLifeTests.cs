using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Reconciliation;

/// <summary>The whole operator against an API server in memory and a daemon that speaks real gRPC.</summary>
public sealed class TunnelLifeTests
{
    internal const string Token = "token-of-the-gateway";

    [Fact]
    public async Task A_tunnel_without_its_secret_says_so_and_heals_when_the_secret_comes()
    {
        using var cluster = new MemoryCluster();
        cluster.Put(ClusterPaths.Tunnel, ClusterPaths.TunnelJson);
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);

        Condition missing = await ReadyAsync(cluster, c => c.Reason == "SecretMissing");
        Assert.Contains("Secret \"berlin-psk\" does not exist in namespace \"network\"", missing.Message);
        Assert.Null(cluster.Find(ClusterPaths.ReplicaSet));
        Assert.Null(cluster.Find(ClusterPaths.Tunnel)!["metadata"]!["finalizers"]);

        cluster.Put(ClusterPaths.Secret, ClusterPaths.SecretJson);
        await ReadyAsync(cluster, c => c.Reason == "GatewayStarting");
        Assert.NotNull(cluster.Find(ClusterPaths.ReplicaSet));
        Assert.Contains("IpsecTunnel", cluster.Find(ClusterPaths.ConfigMap)!["data"]!["berlin.yaml"]!.GetValue<string>());
        Assert.Equal("pqtunnel.io/teardown", cluster.Find(ClusterPaths.Tunnel)!["metadata"]!["finalizers"]![0]!.GetValue<string>());
        AssertNoSecret(cluster);
    }

    [Fact]
    public async Task What_a_daemon_reports_becomes_the_status_and_deletion_waits_for_its_word()
    {
        using MemoryCluster cluster = Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Samples.Hello, Berlin(cluster));
        Assert.Equal(OperatorMessage.BodyOneofCase.Welcome, (await daemon.ReadAsync())!.BodyCase);

        TunnelReport report = Samples.Report;
        report.ObservedGeneration = 1;
        await daemon.SendAsync(new DaemonMessage { Counters = Samples.Counters });
        await daemon.SendAsync(new DaemonMessage { Report = report });
        await ReadyAsync(cluster, c => c.Status == ConditionStatus.True);
        IpsecTunnelStatus status = Status(cluster)!;
        Assert.Equal(("P-384 + ML-KEM-768", "userspace", "node1"), (status.KeyExchange, status.Dataplane, status.Node));
        Assert.Equal(1000, status.Counters!.ReceivedBytes);

        cluster.Delete(ClusterPaths.Tunnel);
        Teardown teardown = (await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Teardown)).Teardown;
        Assert.Equal(Berlin(cluster), teardown.Tunnel);
        await ReadyAsync(cluster, c => c.Reason == "TearingDown");
        Assert.NotNull(cluster.Find(ClusterPaths.Tunnel));
        Assert.NotNull(cluster.Find(ClusterPaths.ReplicaSet));

        await daemon.SendAsync(new DaemonMessage { TeardownDone = new TeardownDone() });
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ReplicaSet) is null, "the ReplicaSet goes");
        cluster.Delete(ClusterPaths.Pod);
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.Tunnel) is null, "the finalizer goes");
    }

    [Fact]
    public async Task A_tunnel_that_is_as_it_should_be_costs_no_request()
    {
        using MemoryCluster cluster = Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Samples.Hello, Berlin(cluster));
        TunnelReport report = Samples.Report;
        report.ObservedGeneration = 1;
        await daemon.SendAsync(new DaemonMessage { Report = report });
        await ReadyAsync(cluster, c => c.Status == ConditionStatus.True);
        // Every write that a reconcile may still owe comes before the one that this change brings.
        report.PeerEndpoint = "198.51.100.7:4501";
        await daemon.SendAsync(new DaemonMessage { Report = report });
        await Eventually.TrueAsync(() => Status(cluster)?.Peer == "198.51.100.7:4501", "the change is written");

        int before = TunnelWrites(cluster);
        for (int i = 0; i < 20; i++)
        {
            report.Probe.RttMicros += 10;
            await daemon.SendAsync(new DaemonMessage { Counters = new Counters { BytesIn = (ulong)i } });
            await daemon.SendAsync(new DaemonMessage { Report = report });
        }

        report.PeerEndpoint = "198.51.100.7:4502";
        await daemon.SendAsync(new DaemonMessage { Report = report });
        await Eventually.TrueAsync(() => Status(cluster)?.Peer == "198.51.100.7:4502", "the last change is written");
        Assert.Equal(1, TunnelWrites(cluster) - before);
    }

    [Fact]
    public async Task A_change_by_hand_is_put_right()
    {
        using MemoryCluster cluster = Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ReplicaSet) is not null, "the ReplicaSet is there");

        cluster.Put(ClusterPaths.ReplicaSet, """{"spec":{"replicas":3}}""");
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ReplicaSet)!["spec"]!["replicas"]!.GetValue<int>() == 1, "one replica again");
        cluster.Delete(ClusterPaths.ConfigMap);
        await Eventually.TrueAsync(() => cluster.Find(ClusterPaths.ConfigMap) is not null, "the ConfigMap is there again");
    }

    [Fact]
    public async Task A_wrong_spec_is_explained_and_touches_nothing()
    {
        using MemoryCluster cluster = Running();
        cluster.Put(ClusterPaths.Tunnel, """{"spec":{"traffic":{"remote":["10.20.0.0/33"]}}}""");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        Condition invalid = await ReadyAsync(cluster, c => c.Reason == "InvalidSpec");
        Assert.Contains("spec.traffic.remote[0]: \"10.20.0.0/33\" is not a CIDR", invalid.Message);
        Assert.Null(cluster.Find(ClusterPaths.ReplicaSet));
    }

    internal static MemoryCluster Running()
    {
        var cluster = new MemoryCluster { Tokens = { [Token] = "system:serviceaccount:network:pqtunnel-berlin" } };
        cluster.Put(ClusterPaths.Tunnel, ClusterPaths.TunnelJson);
        cluster.Put(ClusterPaths.Secret, ClusterPaths.SecretJson);
        cluster.Put(ClusterPaths.Pod, ClusterPaths.RunningPodJson);
        cluster.Put(ClusterPaths.Node, ClusterPaths.ReadyNodeJson);
        return cluster;
    }

    internal static TunnelRef Berlin(MemoryCluster cluster) =>
        new() { Name = "berlin", Uid = cluster.Find(ClusterPaths.Tunnel)!["metadata"]!["uid"]!.GetValue<string>() };

    internal static IpsecTunnelStatus? Status(MemoryCluster cluster) =>
        cluster.Find(ClusterPaths.Tunnel)?["status"]?.Deserialize(ApiJsonContext.Default.IpsecTunnelStatus);

    internal static Task<Condition> ReadyAsync(MemoryCluster cluster, Func<Condition, bool> wanted) =>
        Eventually.GetAsync(
            () => Task.FromResult(Status(cluster)?.Conditions?.FirstOrDefault(c => c.Type == "Ready" && wanted(c))), "the Ready condition");

    private static int TunnelWrites(MemoryCluster cluster) => cluster.Writes.Count(path => path.Contains("network", StringComparison.Ordinal));

    private static void AssertNoSecret(MemoryCluster cluster)
    {
        foreach (string path in cluster.Writes.Distinct().Where(path => path != ClusterPaths.Secret))
        {
            JsonObject? item = cluster.Find(path);
            Assert.DoesNotContain("correct horse", item?.ToJsonString() ?? "");
            Assert.DoesNotContain("Y29ycmVjdC", item?.ToJsonString() ?? "");
        }
    }
}
