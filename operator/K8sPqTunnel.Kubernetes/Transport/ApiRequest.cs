using System.Net.Http.Headers;

namespace K8sPqTunnel.Kubernetes.Transport;

/// <summary>A request that can be sent several times.</summary>
/// <param name="Verb">The API's word for it, for metrics: get, list, watch, create, patch, delete.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query without a leading slash: some servers live below a path of their own.</param>
internal sealed record ApiRequest(string Verb, HttpMethod Method, string Path)
{
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public HttpRequestMessage ToMessage(Uri server, string userAgent)
    {
        var message = new HttpRequestMessage(Method, new Uri(server, Path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }

        return message;
    }

    /// <summary>For messages: the method and the path without its query.</summary>
    public override string ToString() => $"{Method} /{Path.Split('?')[0]}";
}
