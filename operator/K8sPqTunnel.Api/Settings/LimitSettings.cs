namespace K8sPqTunnel.Api.Settings;

/// <summary>What peers that have not proved themselves may cost.</summary>
/// <param name="CookiesFrom">Half-open IKE SAs from which on a cookie is asked for.</param>
/// <param name="HalfOpen">Half-open IKE SAs at most.</param>
/// <param name="HalfOpenPerAddress">The same for one address.</param>
/// <param name="HalfOpenTimeout">Silence after which one is forgotten.</param>
/// <param name="HalfOpenLifetime">Time until it has to be authenticated.</param>
public sealed record LimitSettings(int CookiesFrom, int HalfOpen, int HalfOpenPerAddress, TimeSpan HalfOpenTimeout, TimeSpan HalfOpenLifetime)
{
    public static LimitSettings Default { get; } = new(64, 4096, 256, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(120));

    /// <summary>What holds where two tunnels share an address: nobody knows which one a stranger means.</summary>
    public LimitSettings TightestWith(LimitSettings other) => new(
        Math.Min(CookiesFrom, other.CookiesFrom),
        Math.Min(HalfOpen, other.HalfOpen),
        Math.Min(HalfOpenPerAddress, other.HalfOpenPerAddress),
        HalfOpenTimeout < other.HalfOpenTimeout ? HalfOpenTimeout : other.HalfOpenTimeout,
        HalfOpenLifetime < other.HalfOpenLifetime ? HalfOpenLifetime : other.HalfOpenLifetime);
}
