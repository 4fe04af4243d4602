namespace K8sPqTunnel.Kubernetes.Transport;

/// <summary>Asks for a server by another name than its address has (<c>tls-server-name</c>).</summary>
/// <remarks>SocketsHttpHandler takes the name that it sends and checks in TLS from the Host header, and from nowhere else.</remarks>
internal sealed class ServerNameHandler(string name, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Host = name;
        return base.SendAsync(request, cancellationToken);
    }
}
