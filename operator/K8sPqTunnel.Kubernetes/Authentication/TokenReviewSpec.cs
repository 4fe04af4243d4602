namespace K8sPqTunnel.Kubernetes.Authentication;

/// <summary>The token to be checked. A class and not a record, so that printing it does not print the token.</summary>
internal sealed class TokenReviewSpec
{
    public required string Token { get; init; }

    public IReadOnlyList<string>? Audiences { get; init; }
}
