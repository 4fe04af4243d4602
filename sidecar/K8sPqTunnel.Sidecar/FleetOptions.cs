using System.Net;

namespace K8sPqTunnel.Sidecar;

/// <summary>What a daemon of several tunnels runs, and where it is reached.</summary>
public sealed record FleetOptions
{
    /// <summary>Reads the files: at the start, and each time that the daemon is told to.</summary>
    /// <remarks>Throws an <see cref="IOException"/> that says what is to be mended.</remarks>
    public required Func<IReadOnlyList<TunnelPlan>> Load { get; init; }

    /// <summary>Path of the Unix socket for `pqtunnel status`, `rekey`, `down` and `reload`.</summary>
    public required string ControlPath { get; init; }

    /// <summary>Where health and metrics are served; null for nowhere.</summary>
    public IPEndPoint? Health { get; init; }

    /// <summary>Completes a turn each time that the files are to be read again, as at a signal.</summary>
    public required Func<CancellationToken, Task> ReloadWished { get; init; }

    /// <summary>Who adds, changes and takes down tunnels while the daemon runs; null where only the files do. With it the daemon has no last tunnel.</summary>
    internal IFleetCompanion? Companion { get; init; }
}
