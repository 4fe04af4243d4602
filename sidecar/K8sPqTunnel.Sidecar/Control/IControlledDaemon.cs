namespace K8sPqTunnel.Sidecar.Control;

/// <summary>What may be asked of a running daemon.</summary>
public interface IControlledDaemon
{
    /// <summary>Its tunnels at this moment, in the order of their names.</summary>
    IReadOnlyList<IControlledTunnel> Tunnels { get; }

    /// <summary>Packets and datagrams that belonged to none of several tunnels, by reason.</summary>
    IReadOnlyDictionary<string, long> Drops { get; }

    /// <summary>Reads its files again, and adds, changes and takes down tunnels as they say; one that stays the same is not touched.</summary>
    /// <returns>What has changed, in a sentence for each.</returns>
    /// <exception cref="IOException">The files cannot be taken; then nothing has been changed. Or the kernel refused something.</exception>
    Task<IReadOnlyList<string>> ReloadAsync();
}
