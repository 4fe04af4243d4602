namespace K8sPqTunnel.Bench.Esp;

/// <summary>Two wireguard-gos: what a good data plane in user space reaches, with ChaCha20-Poly1305 for a cipher.</summary>
internal static class WireGuardPair
{
    public static async Task<TunnelPair> StartAsync(EspStage stage, CancellationToken cancellationToken)
    {
        EspNetwork network = await stage.CreateNetworkAsync(cancellationToken);
        WireGuardEnd left = await WireGuardEnd.StartAsync(stage.WireGuard, network.Left, Path.Combine(stage.Folder, "wireguard-left"), cancellationToken);
        WireGuardEnd right = await WireGuardEnd.StartAsync(stage.WireGuard, network.Right, Path.Combine(stage.Folder, "wireguard-right"), cancellationToken);
        var pair = new TunnelPair(network, [left, right]) { Version = left.Version, ProcessIds = [left.ProcessId, right.ProcessId] };
        try
        {
            await left.ConnectAsync(right, EspNetwork.RightOuter, EspNetwork.RightNetwork, EspNetwork.LeftInner, cancellationToken);
            await right.ConnectAsync(left, EspNetwork.LeftOuter, EspNetwork.LeftNetwork, EspNetwork.RightInner, cancellationToken);
            await network.UntilUpAsync("wireguard-go's tunnel", cancellationToken);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }
}
