using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Tests.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Tests.Transport;

public sealed class ClusterHandlerTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new("cluster");
    private readonly TestAuthority _stranger = new("cluster");
    private readonly List<string> _seen = [];
    private WebApplication? _server;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task We_prove_ourselves_by_certificate_and_speak_HTTP_2()
    {
        var (certificate, key) = _authority.Issue("operator");
        _folder.Write("crt", certificate);
        _folder.Write("key", key);
        using var connection = await ConnectAsync(_authority.CertificatePem, "client-certificate: crt, client-key: key");
        using var client = new KubernetesClient(connection);

        await client.VersionAsync();

        Assert.Equal(["HTTP/2 CN=operator "], _seen);
    }

    [Fact]
    public async Task A_refused_token_is_read_anew_for_the_next_request()
    {
        _folder.Write("token", "old");
        using var connection = await ConnectAsync(_authority.CertificatePem, "tokenFile: token");
        using var client = new KubernetesClient(connection);

        await client.VersionAsync();
        _folder.Write("token", "new");
        await Assert.ThrowsAsync<ApiException>(() => client.Of(Kinds.ConfigMap).GetAsync(new("ns", "refused")));
        await client.VersionAsync();

        Assert.Equal(["HTTP/2  Bearer old", "HTTP/2  Bearer old", "HTTP/2  Bearer new"], _seen);
    }

    [Fact]
    public async Task A_server_of_another_authority_gets_no_request_even_if_that_has_the_same_name()
    {
        using var connection = await ConnectAsync(_stranger.CertificatePem, "token: t");
        using var client = new KubernetesClient(connection);

        var e = await Assert.ThrowsAsync<ApiUnreachableException>(() => client.VersionAsync());

        Assert.Contains("could not prove itself", e.Message);
        Assert.Empty(_seen);
    }

    [Fact]
    public async Task A_server_can_be_asked_for_by_the_name_in_its_certificate()
    {
        using var connection = await ConnectAsync(_authority.CertificatePem, "token: t", "tls-server-name: kubernetes");
        using var client = new KubernetesClient(connection);

        await client.VersionAsync();

        Assert.Single(_seen);
    }

    [Fact]
    public async Task A_server_under_another_name_gets_no_request()
    {
        using var connection = await ConnectAsync(_authority.CertificatePem, "token: t", "tls-server-name: another.example");
        using var client = new KubernetesClient(connection);

        await Assert.ThrowsAsync<ApiUnreachableException>(() => client.VersionAsync());

        Assert.Empty(_seen);
    }

    private async Task<ClusterConnection> ConnectAsync(string authority, string user, string cluster = "")
    {
        var (certificate, key) = _authority.Issue("kubernetes");
        using var ephemeral = X509Certificate2.CreateFromPem(certificate, key);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pfx), null);
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        })));
        _server = builder.Build();
        _server.Run(async context =>
        {
            _seen.Add($"{context.Request.Protocol} {context.Connection.ClientCertificate?.Subject} {context.Request.Headers.Authorization}");
            context.Response.StatusCode = context.Request.Path.Value!.EndsWith("/refused", StringComparison.Ordinal) ? 401 : 200;
            await context.Response.WriteAsync("""{"major":"1","minor":"20","gitVersion":"v1.20.2"}""");
        });
        await _server.StartAsync();

        _folder.Write("ca", authority);
        string address = _server.Urls.First();
        return ClusterConnection.FromKubeconfig(_folder.Write("config", $$$"""
            clusters: [{name: c, cluster: {server: "{{{address}}}", certificate-authority: ca, {{{cluster}}} }}]
            users: [{name: u, user: { {{{user}}} }}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            current-context: c
            """));
    }
}
