using System.Text;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Tests.Fakes;
using Condition = K8sPqTunnel.Api.Status.Condition;
using ConditionStatus = K8sPqTunnel.Api.Status.ConditionStatus;

namespace K8sPqTunnel.Operator.Tests.Cluster;

/// <summary>The operator's program against a real API server; the test plays the daemon.</summary>
public sealed class OperatorOnAClusterTests
{
    private static readonly TimeSpan PodPatience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_tunnel_lives_from_a_missing_secret_to_a_clean_node()
    {
        await using RealCluster cluster = await RealCluster.ConnectAsync();
        await using OperatorProcess running = await OperatorProcess.StartAsync(cluster.OperatorNamespace);
        var key = new NamespacedName(cluster.Namespace, "berlin");
        await cluster.Client.Of(OperatorKinds.Tunnel).CreateAsync(
            new TunnelResource { Metadata = new ObjectMeta { Name = key.Name, Namespace = key.Namespace }, Spec = Spec() });

        Condition missing = await ReadyAsync(cluster, key, c => c.Reason == "SecretMissing");
        Assert.Contains($"Secret \"berlin-psk\" does not exist in namespace \"{cluster.Namespace}\"", missing.Message);

        await cluster.Client.Of(Kinds.Secret).CreateAsync(new Secret
        {
            Metadata = new ObjectMeta { Name = "berlin-psk", Namespace = key.Namespace },
            Data = new Dictionary<string, byte[]> { ["psk"] = "correct horse battery"u8.ToArray() },
        });
        await ReadyAsync(cluster, key, c => c.Reason is "GatewayStarting" or "DaemonNotConnected");
        Pod pod = await Eventually.GetAsync(() => RunningPodAsync(cluster), "the gateway pod runs", PodPatience);

        await using FakeDaemon daemon = await CallAsync(cluster, running, key, pod);
        Assert.Equal(OperatorMessage.BodyOneofCase.Welcome, (await daemon.ReadAsync())!.BodyCase);
        await daemon.SendAsync(new DaemonMessage { Counters = Samples.Counters });
        await daemon.SendAsync(new DaemonMessage { Report = ReportFor(1) });
        await ReadyAsync(cluster, key, c => c.Status == ConditionStatus.True);
        IpsecTunnelStatus status = (await cluster.Client.Of(OperatorKinds.Tunnel).GetAsync(key)).Status!;
        Assert.Equal(("P-384 + ML-KEM-768", "userspace", "c0000001/c0000002"), (status.KeyExchange, status.Dataplane, status.Spis));

        await cluster.Client.Of(OperatorKinds.Tunnel).DeleteAsync(key);
        await daemon.ReadAsync(OperatorMessage.BodyOneofCase.Teardown);
        Assert.NotNull(await cluster.Client.Of(OperatorKinds.Tunnel).FindAsync(key));
        await daemon.SendAsync(new DaemonMessage { TeardownDone = new TeardownDone() });
        await Eventually.GetAsync(
            async () => await cluster.Client.Of(OperatorKinds.Tunnel).FindAsync(key) is null ? "" : null, "the finalizer goes", PodPatience);

        await AssertNoSecretAsync(cluster, running);
    }

    private static IpsecTunnelSpec Spec() => new()
    {
        Peer = new PeerSpec { Addresses = ["198.51.100.7"] },
        Authentication = new AuthenticationSpec { Psk = new PskSpec { SecretRef = new SecretKeyRef { Name = "berlin-psk" } } },
        Traffic = new TrafficSpec { Local = ["10.244.0.0/16"], Remote = ["10.20.0.0/16"] },
    };

    private static TunnelReport ReportFor(long generation)
    {
        TunnelReport report = Samples.Report;
        report.ObservedGeneration = generation;
        return report;
    }

    private static async Task<FakeDaemon> CallAsync(RealCluster cluster, OperatorProcess running, NamespacedName key, Pod pod)
    {
        TunnelResource tunnel = await cluster.Client.Of(OperatorKinds.Tunnel).GetAsync(key);
        ConfigMap files = await cluster.Client.Of(Kinds.ConfigMap).GetAsync(new NamespacedName(key.Namespace, "pqtunnel-berlin"));
        var channel = new GrpcChannel(new Uri($"https://127.0.0.1:{running.GrpcPort}"), new GrpcChannelOptions
        {
            AuthorityPem = files.Data!["ca.crt"],
            ServerName = $"pqtunnel-operator.{cluster.OperatorNamespace}.svc",
        });
        Hello hello = Samples.Hello.Clone();
        hello.Namespace = key.Namespace!;
        (hello.PodName, hello.NodeName) = (pod.Metadata.Name!, pod.Spec!.NodeName!);
        return await FakeDaemon.CallAsync(channel, await cluster.TokenAsync("pqtunnel-berlin", "pqtunnel.io"), hello, new TunnelRef { Name = key.Name, Uid = tunnel.Metadata.Uid });
    }

    private static async Task<Pod?> RunningPodAsync(RealCluster cluster) =>
        (await cluster.Client.Of(Kinds.Pod).ListAsync(cluster.Namespace)).Items
            .FirstOrDefault(pod => pod.Status?.ContainerStatuses is [{ State.Running: not null }]);

    private static Task<Condition> ReadyAsync(RealCluster cluster, NamespacedName key, Func<Condition, bool> wanted) => Eventually.GetAsync(
        async () => (await cluster.Client.Of(OperatorKinds.Tunnel).GetAsync(key)).Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready" && wanted(c)),
        "the Ready condition", PodPatience);

    private static async Task AssertNoSecretAsync(RealCluster cluster, OperatorProcess running)
    {
        var said = new StringBuilder(running.Log);
        foreach (Event item in (await cluster.Client.Of(Kinds.Event).ListAsync(cluster.Namespace)).Items)
            said.AppendLine(item.Note);
        Assert.DoesNotContain("correct horse", said.ToString());
        Assert.DoesNotContain(Convert.ToBase64String("correct horse battery"u8), said.ToString());
    }
}
