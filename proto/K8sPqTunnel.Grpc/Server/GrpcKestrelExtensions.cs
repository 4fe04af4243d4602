using K8sPqTunnel.Grpc.Tls;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace K8sPqTunnel.Grpc.Server;

/// <summary>Sets Kestrel up for gRPC.</summary>
public static class GrpcKestrelExtensions
{
    /// <summary>
    /// Limits that suit long, mostly silent calls: a vanished client is noticed within 30 s (HTTP/2 PING), and one connection may carry a
    /// session for each of a gateway's tunnels.
    /// </summary>
    public static void UseGrpcLimits(this KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
        options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        options.Limits.Http2.MaxStreamsPerConnection = 4096;
    }

    /// <summary>Makes an endpoint speak HTTP/2 over TLS 1.3 only, with a certificate that renews itself.</summary>
    public static ListenOptions UseGrpcTls(this ListenOptions listen, RenewingServerCertificate certificate)
    {
        listen.Protocols = HttpProtocols.Http2;
        return listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Current()) });
    }
}
