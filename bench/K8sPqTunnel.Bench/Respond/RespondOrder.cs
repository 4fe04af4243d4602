namespace K8sPqTunnel.Bench.Respond;

/// <summary>What our responder has to do.</summary>
/// <param name="Trial">Index into <see cref="Suites.Trial.All"/>.</param>
/// <param name="Address">Where it listens, on ports 500 and 4500.</param>
/// <param name="Credentials">Where <see cref="Credentials.BenchAuthority"/> has put keys and certificates.</param>
internal sealed record RespondOrder(int Trial, string Address, string Credentials);
