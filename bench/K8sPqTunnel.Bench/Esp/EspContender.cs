namespace K8sPqTunnel.Bench.Esp;

/// <summary>A tunnel that is measured.</summary>
/// <param name="Name">For progress.</param>
/// <param name="StartAsync">Sets it up between two fresh namespaces.</param>
internal sealed record EspContender(string Name, Func<EspStage, CancellationToken, Task<TunnelPair>> StartAsync);
