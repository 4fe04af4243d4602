using System.Net;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Sidecar;

/// <summary>What a daemon runs, and where it is reached.</summary>
public sealed record DaemonOptions
{
    public required TunnelSettings Settings { get; init; }

    /// <summary>Belongs to the caller, who disposes it after the daemon's end.</summary>
    public required TunnelSecrets Secrets { get; init; }

    /// <summary>Path of the Unix socket for `pqtunnel status` and `down`.</summary>
    public required string ControlPath { get; init; }

    /// <summary>Where health and metrics are served; null for nowhere.</summary>
    public IPEndPoint? Health { get; init; }

    /// <summary>Ends with <see cref="DaemonEnd.Failed"/> where the first attempt fails, instead of trying on.</summary>
    public bool GiveUpOnFirstFailure { get; init; }
}
