namespace K8sPqTunnel.Kubernetes.Authentication;

/// <summary>Who a token belongs to.</summary>
public sealed record UserInfo
{
    /// <summary><c>system:serviceaccount:NAMESPACE:NAME</c> for a service account.</summary>
    public string? Username { get; init; }

    public string? Uid { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Bound tokens name their pod here: <c>authentication.kubernetes.io/pod-name</c> (1.21 and newer).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }
}
