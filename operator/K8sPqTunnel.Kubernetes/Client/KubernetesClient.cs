using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using K8sPqTunnel.Kubernetes.Authentication;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Leases;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Transport;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>A connection to one API server. Thread-safe; one for the whole process.</summary>
public sealed class KubernetesClient : IDisposable
{
    private readonly ApiTransport _transport;

    /// <param name="connection">Where and who; must live as long as the client.</param>
    /// <param name="options">Limits; the defaults fit a controller.</param>
    public KubernetesClient(ClusterConnection connection, KubernetesClientOptions? options = null)
        : this(connection.Server, ClusterHandler.Create(connection), options)
    {
    }

    /// <param name="server">The address of the API server.</param>
    /// <param name="handler">Carries the requests and authenticates them; disposed with the client.</param>
    /// <param name="options">Limits; the defaults fit a controller.</param>
    public KubernetesClient(Uri server, HttpMessageHandler handler, KubernetesClientOptions? options = null) =>
        _transport = new ApiTransport(server, handler, options ?? new KubernetesClientOptions());

    private KubernetesClient(ApiTransport transport) => _transport = transport;

    /// <summary>The same client for a leader's work: it reads always, and writes only while the fence is open. To be disposed before this one.</summary>
    /// <remarks>A write outside throws a <see cref="NotLeaderException"/>.</remarks>
    public KubernetesClient FencedBy(WriteFence fence) => new(_transport.FencedBy(fence));

    /// <summary>The verbs for one kind.</summary>
    public ResourceClient<T> Of<T>(ResourceKind<T> kind)
        where T : class, IKubernetesObject => new(_transport, kind);

    /// <summary>Asks whose token this is and whether it is meant for one of the audiences.</summary>
    /// <param name="token">What the caller presented.</param>
    /// <param name="audiences">Ours. The answer must name one of them, or the API server knows no audiences.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KubernetesException">The API server did not say.</exception>
    public async Task<TokenReviewStatus> ReviewTokenAsync(
        string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken = default)
    {
        var review = new TokenReview { Spec = new TokenReviewSpec { Token = token, Audiences = audiences } };
        var request = new ApiRequest("create", HttpMethod.Post, "apis/authentication.k8s.io/v1/tokenreviews")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(review, KubernetesJson.Default.TokenReview),
        };
        var answer = await SendAsync(request, KubernetesJson.Default.TokenReview, cancellationToken);
        return answer.Status ?? throw new ApiProtocolException($"{request}: the answer has no status.");
    }

    public Task<VersionInfo> VersionAsync(CancellationToken cancellationToken = default) =>
        SendAsync(new ApiRequest("get", HttpMethod.Get, "version"), KubernetesJson.Default.VersionInfo, cancellationToken);

    public void Dispose() => _transport.Dispose();

    private Task<TResult> SendAsync<TResult>(ApiRequest request, JsonTypeInfo<TResult> json, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            request,
            body =>
            {
                try
                {
                    return JsonSerializer.Deserialize(body, json) ?? throw new JsonException("the answer is null");
                }
                catch (JsonException e)
                {
                    throw new ApiProtocolException($"{request}: the answer can't be read: {e.Message}", e);
                }
            },
            cancellationToken);
}
