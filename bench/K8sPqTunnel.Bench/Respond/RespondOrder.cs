namespace K8sPqTunnel.Bench.Respond;

/// <summary>What our responder has to do.</summary>
/// <param name="Suite">Index into <see cref="Suites.Suite.All"/>.</param>
/// <param name="Address">Where it listens, on ports 500 and 4500.</param>
internal sealed record RespondOrder(int Suite, string Address);
