using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Kubernetes.Configuration;

namespace K8sPqTunnel.Kubernetes.Transport;

/// <summary>Makes the socket side of a connection: pinned authority, our certificate, and dead peers noticed within a minute.</summary>
internal static class ClusterHandler
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    public static HttpMessageHandler Create(ClusterConnection connection) => Create(connection, PingAfter, PingTimeout);

    /// <param name="connection">Where the cluster is.</param>
    /// <param name="pingAfter">Silence after which a server that owes an answer is asked for a sign of life (RFC 9113 6.7); 1 s at least.</param>
    /// <param name="pingTimeout">How long it has for that.</param>
    internal static HttpMessageHandler Create(ClusterConnection connection, TimeSpan pingAfter, TimeSpan pingTimeout)
    {
        var sockets = new SocketsHttpHandler
        {
            SslOptions = Tls(connection),
            // HTTPS_PROXY and its kin are for the web; a proxy to the cluster is named in the kubeconfig or not used.
            UseProxy = connection.Proxy is not null,
            Proxy = connection.Proxy is null ? null : new WebProxy(connection.Proxy),
            UseCookies = false,
            AllowAutoRedirect = false,                                  // a redirect must not carry the token elsewhere
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,                      // each watch holds one of the server's streams (100 or 250)
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = pingAfter,
            KeepAlivePingTimeout = pingTimeout,
            ConnectCallback = ConnectAsync,
        };
        HttpMessageHandler handler = connection.TlsServerName is { } name ? new ServerNameHandler(name, sockets) : sockets;
        return connection.Token is { } token ? new TokenHandler(token, handler) : handler;
    }

    private static SslClientAuthenticationOptions Tls(ClusterConnection connection)
    {
        var tls = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = connection.ClientCertificate?.Context,
        };
        if (connection.Authorities is { } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,            // a cluster's authority publishes no revocation lists
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

#pragma warning disable CA5359 // The kubeconfig says insecure-skip-tls-verify: true in so many words.
        if (connection.SkipTlsVerification)
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        return tls;
    }

    // Keep-alive on the socket too, for servers and proxies that speak only HTTP/1.1 and so answer no pings.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)PingAfter.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
