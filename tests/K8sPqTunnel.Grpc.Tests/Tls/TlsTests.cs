using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Tests.Calls;
using K8sPqTunnel.Grpc.Tls;

namespace K8sPqTunnel.Grpc.Tests.Tls;

public sealed class TlsTests : IAsyncLifetime
{
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("pqtunnel", DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
    private readonly CertificateAuthority _stranger = CertificateAuthority.Create("pqtunnel", DateTimeOffset.UtcNow, TimeSpan.FromDays(1));
    private RenewingServerCertificate? _certificate;
    private TestServer? _server;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _certificate = new RenewingServerCertificate(_authority, ["127.0.0.1", "operator.network.svc"], TimeSpan.FromHours(1), TimeProvider.System);
        _server = await TestServer.StartAsync(CallShapesTests.MapEcho, _certificate);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _certificate!.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task A_client_that_pinned_the_authority_is_served() => await AssertServedAsync(new() { AuthorityPem = _authority.CertificatePem });

    [Fact]
    public async Task A_client_that_asks_for_another_name_of_the_server_is_served() =>
        await AssertServedAsync(new() { AuthorityPem = _authority.CertificatePem, ServerName = "operator.network.svc" });

    [Fact]
    public async Task While_an_authority_is_replaced_both_are_trusted() =>
        await AssertServedAsync(new() { AuthorityPem = _stranger.CertificatePem + "\n" + _authority.CertificatePem });

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted() => await AssertRefusedAsync(new() { AuthorityPem = _stranger.CertificatePem });

    [Fact]
    public async Task A_server_without_the_name_asked_for_is_not_trusted() =>
        await AssertRefusedAsync(new() { AuthorityPem = _authority.CertificatePem, ServerName = "operator.other.svc" });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no certificate here")]
    public void A_TLS_client_without_an_authority_is_not_made(string? pem) =>
        Assert.Throws<ArgumentException>(() => new GrpcChannel(_server!.Address, new GrpcChannelOptions { AuthorityPem = pem }));

    [Fact]
    public async Task TLS_1_2_is_refused()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", _server!.Address.Port, TestEnd);
        await using var tls = new SslStream(tcp.GetStream());
        SslClientAuthenticationOptions options = PinnedAuthority.ClientOptions(_authority.CertificatePem);
        options.TargetHost = "127.0.0.1";
        options.EnabledSslProtocols = SslProtocols.Tls12;
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(options, TestEnd));
    }

    [Fact]
    public async Task The_key_exchange_is_hybrid_post_quantum()
    {
        string version = await OpenSslAsync("version");
        Assert.SkipUnless(version.StartsWith("OpenSSL 3.", StringComparison.Ordinal) && int.Parse(version.Split('.', ' ')[2]) >= 5, $"{version.Trim()} has no ML-KEM; 3.5 or newer is needed");
        string handshake = await OpenSslAsync("s_client", "-connect", $"127.0.0.1:{_server!.Address.Port}", "-alpn", "h2", "-brief");
        Assert.Contains("Protocol version: TLSv1.3", handshake, StringComparison.Ordinal);
        Assert.Contains("X25519MLKEM768", handshake, StringComparison.Ordinal);
    }

    private async Task AssertServedAsync(GrpcChannelOptions options)
    {
        using var channel = new GrpcChannel(_server!.Address, options);
        await using var call = channel.Duplex(Echo.EchoMethod, new GrpcCallOptions { BearerToken = "t" }, TestEnd);
        Assert.True(await call.WriteAsync(Echo.Text("hello"), TestEnd));
        Assert.Equal("hello", (await call.ReadAsync(TestEnd))!.Value);
    }

    private async Task AssertRefusedAsync(GrpcChannelOptions options)
    {
        using var channel = new GrpcChannel(_server!.Address, options);
        await using var call = channel.Duplex(Echo.EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.False(await call.WriteAsync(Echo.Text("hello"), TestEnd));
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(GrpcStatusCode.Unavailable, e.Status.Code);
        Assert.Contains("certificate", e.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<string> OpenSslAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(TestEnd);
        return await process.StandardOutput.ReadToEndAsync(TestEnd) + await errors;
    }
}
