namespace K8sPqTunnel.Ike;

/// <summary>What strangers may cost an <see cref="IkeEndpoint"/>.</summary>
public sealed record EndpointLimits
{
    public static EndpointLimits Default { get; } = new();

    /// <summary>With this many half-open IKE SAs, strangers have to return a cookie first (RFC 7296 2.6).</summary>
    public int CookiesFrom { get; init; } = 64;

    /// <summary>With this many half-open IKE SAs, strangers get no answer at all.</summary>
    public int MaxHalfOpen { get; init; } = 4096;

    /// <summary>The same for those of one address.</summary>
    public int MaxHalfOpenPerAddress { get; init; } = 256;

    /// <summary>A peer that is not authenticated and lets this much time pass between two requests is forgotten.</summary>
    public TimeSpan HalfOpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for the whole of the time until it is authenticated.</summary>
    public TimeSpan HalfOpenLifetime { get; init; } = TimeSpan.FromSeconds(120);
}
