using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Tests.Fakes;
using K8sPqTunnel.Operator.Tests.Reconciliation;

namespace K8sPqTunnel.Operator.Tests.Leadership;

/// <summary>Several whole operators at one API server.</summary>
public sealed class ReplicasTests
{
    [Fact]
    public async Task Daemons_are_sent_to_the_replica_that_leads_and_the_next_one_takes_its_place()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest first = await OperatorUnderTest.StartAsync(cluster, "first");
        await using FakeDaemon daemon = await WelcomedAsync(cluster, first);
        await using OperatorUnderTest second = await OperatorUnderTest.StartAsync(cluster, "second");
        Assert.Equal($"127.0.0.1:{first.Options.GrpcPort}", await SentOnAsync(second));

        await first.StopAsync();
        await using FakeDaemon again = await WelcomedAsync(cluster, second);
        TunnelReport report = Samples.Report;
        report.PeerEndpoint = "203.0.113.9:4500";
        await again.SendAsync(new DaemonMessage { Report = report });
        await Eventually.TrueAsync(() => TunnelLifeTests.Status(cluster)?.Peer == "203.0.113.9:4500", "the second writes the status");
    }

    [Fact]
    public async Task A_replica_that_waits_changes_nothing_of_a_tunnel()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        cluster.Put(ClusterPaths.Lease, HeldBy("other_192.0.2.1:8443", transitions: 0));
        int before = cluster.Writes.Count;
        await using OperatorUnderTest waiting = await OperatorUnderTest.StartAsync(cluster, "waits");
        Assert.Equal("192.0.2.1:8443", await SentOnAsync(waiting));

        cluster.Put(ClusterPaths.Lease, HeldBy("", transitions: 0));
        await Eventually.TrueAsync(() => TunnelLifeTests.Status(cluster)?.Conditions is not null, "it leads, and judges the tunnel");
        string[] written = [.. cluster.Writes.Skip(before)];
        int taken = Array.LastIndexOf(written, ClusterPaths.Lease);
        Assert.DoesNotContain(written[..taken], path => path.Contains("/network/", StringComparison.Ordinal));
        Assert.Contains(ClusterPaths.Tunnel + "/status", written[taken..]);
    }

    [Fact]
    public async Task A_leader_whose_place_another_has_taken_ends()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest first = await OperatorUnderTest.StartAsync(cluster, "first");
        await using FakeDaemon daemon = await WelcomedAsync(cluster, first);
        cluster.Put(ClusterPaths.Lease, HeldBy("other_192.0.2.1:8443", transitions: 1));
        await Eventually.TrueAsync(() => first.Ending.IsCancellationRequested, "it ends");
    }

    private static string HeldBy(string holder, int transitions) =>
        $$$"""{"spec":{"holderIdentity":"{{{holder}}}","leaseDurationSeconds":3600,"leaseTransitions":{{{transitions}}}}}""";

    /// <summary>A session, as soon as the replica leads.</summary>
    private static Task<FakeDaemon> WelcomedAsync(MemoryCluster cluster, OperatorUnderTest replica) => Eventually.GetAsync(
        async () =>
        {
            FakeDaemon daemon = await FakeDaemon.CallAsync(replica.Connect(), TunnelLifeTests.Token, Samples.Hello, TunnelLifeTests.Berlin(cluster));
            if (await FirstOfAsync(daemon) is { BodyCase: OperatorMessage.BodyOneofCase.Welcome })
                return daemon;
            await daemon.DisposeAsync();
            return null;
        },
        "the replica welcomes the daemon");

    /// <summary>Where a replica sends daemons, as soon as it knows.</summary>
    private static Task<string> SentOnAsync(OperatorUnderTest replica) => Eventually.GetAsync(
        async () =>
        {
            await using FakeDaemon daemon = await FakeDaemon.CallAsync(replica.Connect(), TunnelLifeTests.Token, Samples.Hello);
            return (await FirstOfAsync(daemon))?.Redirect?.Endpoint;
        },
        "the replica sends the daemon on");

    private static async Task<OperatorMessage?> FirstOfAsync(FakeDaemon daemon)
    {
        try
        {
            return await daemon.ReadAsync();
        }
        catch (RpcException e) when (e.Status.Code == GrpcStatusCode.Unavailable)
        {
            return null;
        }
    }
}
