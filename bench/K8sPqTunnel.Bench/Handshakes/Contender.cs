using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Bench.Suites;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>A responder that is measured.</summary>
/// <param name="Name">For progress.</param>
/// <param name="StartAsync">Starts a fresh one for a trial.</param>
internal sealed record Contender(string Name, Func<Trial, CancellationToken, Task<IMeasured>> StartAsync);
