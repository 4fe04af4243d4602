namespace K8sPqTunnel.Bench.Esp;

/// <summary>The cable itself: what the machine carries without any tunnel.</summary>
internal static class RawPath
{
    public static async Task<TunnelPair> StartAsync(EspStage stage, CancellationToken cancellationToken) =>
        new(await stage.CreateNetworkAsync(cancellationToken), [])
        {
            Version = "bare veth",
            From = EspNetwork.LeftOuter,
            To = EspNetwork.RightOuter,
        };
}
