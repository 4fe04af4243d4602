namespace K8sPqTunnel.Kubernetes.Authentication;

/// <summary>Asks the API server whose token this is (authentication.k8s.io/v1).</summary>
internal sealed class TokenReview
{
    public string ApiVersion => "authentication.k8s.io/v1";

    public string Kind => "TokenReview";

    public TokenReviewSpec? Spec { get; init; }

    public TokenReviewStatus? Status { get; init; }
}
