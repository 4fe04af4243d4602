using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

/// <summary>Gets a token as the kubelet does for a projected volume (authentication.k8s.io/v1 TokenRequest).</summary>
internal static partial class ServiceAccountTokens
{
    public static async Task<string> RequestAsync(RealCluster cluster, string account, string audience)
    {
        // The service account comes a moment after its namespace.
        while (await cluster.Client.Of(Kinds.ServiceAccount).FindAsync(cluster.Key(account)) is null)
            await Task.Delay(50, TestContext.Current.CancellationToken);

        // The subresource "token" of one service account has the form of a collection that is posted to.
        var kind = new ResourceKind<TokenRequest>("", "v1", $"serviceaccounts/{account}/token", Namespaced: true, TokenJson.Default.TokenRequest);
        var answer = await cluster.Client.Of(kind).CreateAsync(new TokenRequest
        {
            Metadata = new ObjectMeta { Namespace = cluster.Namespace },
            Spec = new TokenRequestSpec { Audiences = [audience] },
        });
        return answer.Status!.Token;
    }

    internal sealed record TokenRequest : IKubernetesObject
    {
        public string ApiVersion => "authentication.k8s.io/v1";

        public string Kind => "TokenRequest";

        public required ObjectMeta Metadata { get; init; }

        public TokenRequestSpec? Spec { get; init; }

        public TokenRequestStatus? Status { get; init; }
    }

    internal sealed record TokenRequestSpec
    {
        public required IReadOnlyList<string> Audiences { get; init; }
    }

    internal sealed record TokenRequestStatus
    {
        public required string Token { get; init; }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(TokenRequest))]
    internal sealed partial class TokenJson : JsonSerializerContext;
}
