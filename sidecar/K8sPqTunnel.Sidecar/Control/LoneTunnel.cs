namespace K8sPqTunnel.Sidecar.Control;

/// <summary>A daemon that was started for one tunnel.</summary>
internal sealed class LoneTunnel(IControlledTunnel tunnel) : IControlledDaemon
{
    public IReadOnlyList<IControlledTunnel> Tunnels { get; } = [tunnel];

    public IReadOnlyDictionary<string, long> Drops { get; } = new Dictionary<string, long>();

    public Task<IReadOnlyList<string>> ReloadAsync() => throw new IOException(
        $"this daemon was started for the tunnel {tunnel.FullName} alone: stop it and start it again, or start one for a folder of tunnels with -f DIR");
}
