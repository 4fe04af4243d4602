using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Tls;

namespace K8sPqTunnel.Grpc.Tests.Foreign;

/// <summary>Our client against a server that we did not write, over TLS with a certificate of our authority.</summary>
public sealed class ForeignServerTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Our_client_holds_a_session_with_another_gRPC_server() => await WithServerAsync(async channel =>
    {
        await using var call = channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = "right" }, TestEnd);
        Assert.True(await call.WriteAsync(new DaemonMessage { Sequence = 1, Hello = new Hello { Gateway = "pqgateway-edge" } }, TestEnd));
        Assert.Equal(42ul, (await call.ReadAsync(TestEnd))!.Welcome.LastReportSequence);
        var report = new TunnelReport { IkeSa = new IkeSa { KeyExchanges = { "P-384", "ML-KEM-768" } } };
        Assert.True(await call.WriteAsync(new DaemonMessage { Sequence = 2, Report = report }, TestEnd));
        Assert.Equal("P-384,ML-KEM-768", (await call.ReadAsync(TestEnd))!.Teardown.Reason);
        call.CompleteRequests();
        Assert.Null(await call.ReadAsync(TestEnd));
    });

    [Fact]
    public async Task Our_client_understands_how_another_gRPC_server_failed_a_call() => await WithServerAsync(async channel =>
    {
        await using var refused = channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = "wrong" }, TestEnd);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await refused.ReadAsync(TestEnd));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.Unauthenticated, "100 % ungültig"), e.Status);

        var silent = new GrpcCallOptions { BearerToken = "right", Timeout = TimeSpan.FromMilliseconds(200) };
        await using var late = channel.Duplex(TunnelControl.Session, silent, TestEnd);
        e = await Assert.ThrowsAsync<RpcException>(async () => await late.ReadAsync(TestEnd));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, e.Status.Code);

        await using var aborted = channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = "right" }, TestEnd);
        await aborted.WriteAsync(new DaemonMessage { Hello = new Hello() }, TestEnd);
        Assert.NotNull(await aborted.ReadAsync(TestEnd));
        await aborted.WriteAsync(new DaemonMessage { Counters = new Counters() }, TestEnd);
        e = await Assert.ThrowsAsync<RpcException>(async () => await aborted.ReadAsync(TestEnd));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.ResourceExhausted, "Too many counters."), e.Status);
    });

    private static async Task WithServerAsync(Func<GrpcChannel, Task> test)
    {
        using PythonGrpc python = await PythonGrpc.RequireAsync();
        using var authority = CertificateAuthority.Create("test", DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        using X509Certificate2 certificate = authority.IssueServerCertificate(["127.0.0.1"], DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        string key = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        using Process server = python.Start(
            "session_server.py", python.Write("tls.crt", certificate.ExportCertificatePem()), python.Write("tls.key", key));
        string? port = await server.StandardOutput.ReadLineAsync(TestEnd);
        Assert.True(port is not null, port is null ? await server.StandardError.ReadToEndAsync(TestEnd) : "");
        using (var channel = new GrpcChannel(new Uri($"https://127.0.0.1:{port}"), new GrpcChannelOptions { AuthorityPem = authority.CertificatePem }))
            await test(channel);
        server.StandardInput.Close();
        await server.WaitForExitAsync(TestEnd);
    }
}
