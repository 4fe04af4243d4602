using System.Net;
using System.Net.Http.Headers;
using K8sPqTunnel.Kubernetes.Configuration;

namespace K8sPqTunnel.Kubernetes.Transport;

/// <summary>Puts the bearer token of the moment on each request.</summary>
internal sealed class TokenHandler(ITokenSource source, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", source.Token());
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            source.Refused();
        return response;
    }
}
