namespace K8sPqTunnel.Kubernetes.Authentication;

/// <summary>What the API server says about a token.</summary>
public sealed record TokenReviewStatus
{
    public bool Authenticated { get; init; }

    public UserInfo? User { get; init; }

    /// <summary>Those of the asked audiences that the token is good for.</summary>
    public IReadOnlyList<string>? Audiences { get; init; }

    /// <summary>Why the token could not be checked.</summary>
    public string? Error { get; init; }
}
