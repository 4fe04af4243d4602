using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes.Authentication;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Operator.Rendering;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>Proves that a caller is a pod of the gateway that it names: its token is our audience's, of that gateway's service account.</summary>
internal sealed class DaemonAuthentication(KubernetesClient client, TokenReviewBudget budget, ILogger<DaemonAuthentication> logger)
{
    private const string PodName = "authentication.kubernetes.io/pod-name";

    /// <param name="address">The caller's.</param>
    /// <exception cref="RpcException">
    /// UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED when the address has had too many tokens checked, or UNAVAILABLE when the API server cannot be asked.
    /// </exception>
    public async Task DemandAsync(string? token, Hello hello, string address, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
            throw new RpcException(GrpcStatusCode.Unauthenticated, "The call carries no bearer token: give the daemon its projected token.");

        if (!budget.TryTake(address))
            throw new RpcException(GrpcStatusCode.ResourceExhausted, "Too many calls from this address: call again in a few seconds.");

        TokenReviewStatus review = await ReviewAsync(token, cancellationToken);
        budget.Count(review.Authenticated ? "Accepted" : "Refused");
        if (!review.Authenticated || review.Audiences?.Contains(GatewayVolumes.TokenAudience) != true)
        {
            throw new RpcException(GrpcStatusCode.Unauthenticated,
                $"The token is not a valid one for the audience {GatewayVolumes.TokenAudience}: project it with that audience.");
        }

        string expected = $"system:serviceaccount:{hello.Namespace}:{hello.Gateway}";
        if (review.User?.Username != expected)
            throw new RpcException(GrpcStatusCode.PermissionDenied, $"The token is not of {expected}, the named gateway.");
        // API servers of 1.21 and newer name the token's pod.
        if (review.User.Extra?.GetValueOrDefault(PodName) is [var pod] && pod != hello.PodName)
            throw new RpcException(GrpcStatusCode.PermissionDenied, $"The token is of pod {pod}, not of the pod that the daemon names.");
    }

    private async Task<TokenReviewStatus> ReviewAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ReviewTokenAsync(token, [GatewayVolumes.TokenAudience], cancellationToken);
        }
        catch (KubernetesException e)
        {
            SessionLog.ReviewFailed(logger, e.Message);
            budget.Count("Unreachable");
            throw new RpcException(GrpcStatusCode.Unavailable, "The operator cannot have the token checked now: call again.", e);
        }
    }
}
