using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Tls;
using K8sPqTunnel.Operator.Tests.Fakes;
using K8sPqTunnel.Operator.Tests.Reconciliation;

namespace K8sPqTunnel.Operator.Tests.Sessions;

public sealed class TunnelControlServiceTests
{
    private const string Token = "token-of-the-gateway";

    [Fact]
    public async Task A_call_without_a_token_is_unauthenticated() =>
        Assert.Equal(GrpcStatusCode.Unauthenticated, await RefusalAsync(token: null));

    [Fact]
    public async Task A_token_that_the_cluster_does_not_know_is_unauthenticated() =>
        Assert.Equal(GrpcStatusCode.Unauthenticated, await RefusalAsync("made-up"));

    [Fact]
    public async Task Another_pods_token_is_not_permitted() =>
        Assert.Equal(GrpcStatusCode.PermissionDenied, await RefusalAsync("token-of-another"));

    [Fact]
    public async Task A_gateway_that_does_not_exist_is_not_found() =>
        Assert.Equal(GrpcStatusCode.NotFound, await RefusalAsync("token-of-paris", hello => hello.Gateway = "pqtunnel-paris"));

    [Fact]
    public async Task What_is_said_of_an_older_tunnel_of_the_name_is_not_this_ones()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, Samples.Hello, TunnelLifeTests.Berlin(cluster));
        TunnelReport other = Samples.Report;
        other.PeerEndpoint = "203.0.113.9:4500";
        await daemon.SendAsync(new DaemonMessage { Tunnel = new TunnelRef { Name = "berlin", Uid = "an-older-one" }, Report = other });
        await daemon.SendAsync(new DaemonMessage { Report = Samples.Report });

        // Reports are taken in their order.
        await Eventually.TrueAsync(() => TunnelLifeTests.Status(cluster)?.Peer is not null, "a report is in the status");
        Assert.Equal("198.51.100.7:4500", TunnelLifeTests.Status(cluster)!.Peer);
    }

    [Fact]
    public async Task A_session_that_does_not_open_with_hello_is_refused()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        using GrpcChannel channel = running.Connect();
        await using GrpcDuplexCall<DaemonMessage, OperatorMessage> call =
            channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = Token });
        await call.WriteAsync(new DaemonMessage { Sequence = 1, Report = Samples.Report });
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => call.ReadAsync().AsTask());
        Assert.Equal(GrpcStatusCode.FailedPrecondition, refused.Status.Code);
    }

    [Fact]
    public async Task A_daemon_that_comes_back_is_told_what_is_held_of_it_and_another_one_is_not()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        Hello hello = Samples.Hello.Clone();
        await using (FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), Token, hello, TunnelLifeTests.Berlin(cluster)))
        {
            Assert.Equal(0UL, (await daemon.ReadAsync())!.Welcome.LastReportSequence);
            await daemon.SendAsync(new DaemonMessage { Report = Samples.Report });
            await Eventually.TrueAsync(
                () => cluster.Find(ClusterPaths.Tunnel)!["status"]?["peer"] is not null, "the report is in the status");
        }

        await using (FakeDaemon again = await FakeDaemon.CallAsync(running.Connect(), Token, hello, TunnelLifeTests.Berlin(cluster)))
            Assert.Equal(2UL, (await again.ReadAsync())!.Welcome.LastReportSequence);

        hello.InstanceId = "another-process";
        await using FakeDaemon other = await FakeDaemon.CallAsync(running.Connect(), Token, hello, TunnelLifeTests.Berlin(cluster));
        Assert.Equal(0UL, (await other.ReadAsync())!.Welcome.LastReportSequence);
    }

    [Fact]
    public async Task A_session_that_another_daemon_replaces_ends_and_its_daemon_is_heard_when_it_calls_again()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        Hello hello = Samples.Hello.Clone();
        Hello older = hello.Clone();
        older.InstanceId = "the-process-of-the-older-pod";
        await using FakeDaemon healthy = await FakeDaemon.CallAsync(running.Connect(), Token, hello, TunnelLifeTests.Berlin(cluster));
        Assert.NotNull((await healthy.ReadAsync())!.Welcome);

        await using (FakeDaemon leaving = await FakeDaemon.CallAsync(running.Connect(), Token, older))
        {
            Assert.NotNull((await leaving.ReadAsync())!.Welcome);
            RpcException ended = await Assert.ThrowsAsync<RpcException>(() => healthy.ReadAsync(OperatorMessage.BodyOneofCase.Teardown));
            Assert.Equal(GrpcStatusCode.Unavailable, ended.Status.Code);
            Assert.Contains("call again", ended.Status.Detail);
        }

        await using FakeDaemon again = await FakeDaemon.CallAsync(running.Connect(), Token, hello, TunnelLifeTests.Berlin(cluster));
        Assert.NotNull((await again.ReadAsync())!.Welcome);
        await again.SendAsync(new DaemonMessage { Report = Samples.Report });
        await Eventually.TrueAsync(
            () => cluster.Find(ClusterPaths.Tunnel)!["status"]?["peer"] is not null, "the healthy daemon's report is in the status");
    }

    [Fact]
    public async Task A_daemon_that_trusts_another_authority_does_not_connect()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        using CertificateAuthority other = CertificateAuthority.Create("other", DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(other.CertificatePem), Token, Samples.Hello);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => daemon.ReadAsync().AsTask());
        Assert.Equal(GrpcStatusCode.Unavailable, refused.Status.Code);
    }

    private static async Task<GrpcStatusCode> RefusalAsync(string? token, Action<Hello>? change = null)
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        cluster.Tokens["token-of-another"] = "system:serviceaccount:network:default";
        cluster.Tokens["token-of-paris"] = "system:serviceaccount:network:pqtunnel-paris";
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        Hello hello = Samples.Hello.Clone();
        change?.Invoke(hello);
        await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), token, hello);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => daemon.ReadAsync().AsTask());
        return refused.Status.Code;
    }
}
