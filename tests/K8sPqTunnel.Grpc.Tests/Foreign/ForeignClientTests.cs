using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Grpc.Tests.Calls;
using K8sPqTunnel.Grpc.Tls;

namespace K8sPqTunnel.Grpc.Tests.Foreign;

/// <summary>Our server against a client that we did not write, over TLS with our authority.</summary>
public sealed class ForeignClientTests
{
    private readonly ConcurrentQueue<DaemonMessage> _received = new();

    [Fact]
    public async Task Another_gRPC_client_holds_a_whole_session()
    {
        string[] lines = await RunClientAsync("session");
        Assert.Equal(["""{"welcome": {"lastReportSequence": "9"}}""", """{"teardown": {"reason": "gelöscht"}}""", "OK "], lines.Select(static l => l.TrimEnd('\r')));

        DaemonMessage[] messages = [.. _received];
        Assert.Equal([1ul, 2, 3, 4], messages.Select(static m => m.Sequence));
        Assert.Equal(("network", "pqgateway-edge", "berlin"), (messages[0].Hello.Namespace, messages[0].Hello.Gateway, messages[0].Hello.Tunnels.Single().Tunnel.Name));
        TunnelReport report = messages[1].Report;
        Assert.Equal(TunnelPhase.Established, report.Phase);
        Assert.Equal(Timestamp.FromDateTime(new DateTime(2026, 11, 22, 4, 0, 0, DateTimeKind.Utc)), report.PhaseSince);
        Assert.Equal(0xFEDCBA9876543210, report.IkeSa.SpiI);
        Assert.Equal(["P-384", "ML-KEM-768"], report.IkeSa.KeyExchanges);
        Assert.Equal(0xC0FFEE01, report.ChildSas.Single().SpiIn);
        Assert.Equal((1234ul, 0.25), (report.Probe.RttMicros, report.Probe.LossRatio));
        Assert.Equal((1ul << 63, 7ul), (messages[2].Counters.BytesIn, messages[2].Counters.Drops["XfrmInStateSeqError"]));
        Assert.NotNull(messages[3].TeardownDone);
    }

    [Theory]
    [InlineData("wrong-token", "UNAUTHENTICATED Das Token ist 100 % ungültig.")]
    [InlineData("compressed", "UNIMPLEMENTED Compressed messages are not supported; send them with identity encoding.")]
    [InlineData("deadline", "DEADLINE_EXCEEDED ")]
    [InlineData("unknown-method", "UNIMPLEMENTED ")]
    public async Task Another_gRPC_client_understands_how_a_call_failed(string scenario, string expected)
    {
        string[] lines = await RunClientAsync(scenario);
        Assert.StartsWith(expected, lines.Last(), StringComparison.Ordinal);
    }

    private async Task<string[]> RunClientAsync(string scenario)
    {
        using PythonGrpc python = await PythonGrpc.RequireAsync();
        using var authority = CertificateAuthority.Create("test", DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        using var certificate = new RenewingServerCertificate(authority, ["localhost"], TimeSpan.FromHours(1), TimeProvider.System);
        await using TestServer server = await TestServer.StartAsync(
            e => e.MapGrpcBidi(TunnelControl.Session, scenario == "deadline" ? NeverAnswerAsync : ServeAsync), certificate);
        return await python.RunAsync(
            "session_client.py", $"localhost:{server.Address.Port}", python.Write("ca.pem", authority.CertificatePem), scenario);
    }

    private async Task<GrpcStatus> ServeAsync(
        GrpcRequestStream<DaemonMessage> requests, GrpcResponseStream<OperatorMessage> responses, GrpcServerContext context)
    {
        if (context.BearerToken != "right")
            return new GrpcStatus(GrpcStatusCode.Unauthenticated, "Das Token ist 100 % ungültig.");
        await foreach (DaemonMessage message in requests.ReadAllAsync())
        {
            _received.Enqueue(message);
            if (message.BodyCase == DaemonMessage.BodyOneofCase.Hello)
                await responses.WriteAsync(new OperatorMessage { Welcome = new Welcome { LastReportSequence = 9 } });
            else if (message.BodyCase == DaemonMessage.BodyOneofCase.Counters)
                await responses.WriteAsync(new OperatorMessage { Teardown = new Teardown { Reason = "gelöscht" } });
        }

        return GrpcStatus.Ok;
    }

    private static async Task<GrpcStatus> NeverAnswerAsync(
        GrpcRequestStream<DaemonMessage> requests, GrpcResponseStream<OperatorMessage> responses, GrpcServerContext context)
    {
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return GrpcStatus.Ok;
    }
}
