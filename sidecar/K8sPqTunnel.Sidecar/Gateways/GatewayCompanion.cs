using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Sidecar.OperatorLink;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>Makes a fleet a gateway: its tunnels come from the pod's files and from the operator, which is told how each fares.</summary>
internal sealed class GatewayCompanion(GatewayOptions options, ILoggerFactory logs) : IFleetCompanion
{
    /// <summary>How long a gateway that is told to stop listens for the operator's last wishes; the tunnels work on meanwhile.</summary>
    private static readonly TimeSpan LastWishTime = TimeSpan.FromSeconds(6);

    private volatile GatewayTunnels? _tunnels;

    public async Task RunAsync(Fleet fleet, CancellationToken ending)
    {
        using var tunnels = new GatewayTunnels(
            fleet, new TunnelFolder(options), options.Namespace, TimeProvider.System, logs.CreateLogger<GatewayTunnels>());
        _tunnels = tunnels;
        await tunnels.BeginAsync();
        var identity = new GatewayIdentity(options.Namespace, options.Name, CryptoCapabilities.Probe().Version);
        using var session = new OperatorSession(options.Operator, identity, tunnels, TimeProvider.System, logs.CreateLogger<OperatorSession>());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        Task[] work = [session.RunAsync(over.Token), tunnels.RetryAsync(over.Token)];
        try
        {
            await await Task.WhenAny(work);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Note(string fullName) => _tunnels?.Note(fullName);

    // A deleted namespace stops this pod before its tunnels are deleted, and takes no other pod: who else would clean the node?
    public Task LastWishAsync() =>
        _tunnels is { Held.Count: > 0 } tunnels ? Task.WhenAny(tunnels.Emptied, Task.Delay(LastWishTime)) : Task.CompletedTask;
}
