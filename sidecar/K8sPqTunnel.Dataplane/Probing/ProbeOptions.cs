using System.Net;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>How a data path is probed.</summary>
/// <param name="Target">Address behind the peer that answers.</param>
public sealed record ProbeOptions(IPAddress Target)
{
    public ProbeProtocol Protocol { get; init; }

    /// <summary>The target's, for UDP and TCP.</summary>
    public ushort Port { get; init; }

    /// <summary>
    /// Inner source address; it must lie in the SA's local selectors, and need not be this host's. Null, the default, takes an
    /// address of this host in the local networks, or else the first usable one of the first local network.
    /// </summary>
    public IPAddress? Source { get; init; }

    /// <summary>From one probe to the next. Default: 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After so long without an answer a probe counts as lost. Default: 2 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So many lost in a row make the path unhealthy. Default: 5.</summary>
    public int UnhealthyAfter { get; init; } = 5;

    /// <summary>Probes that loss and mean round trip are taken over. Default: 60.</summary>
    public int History { get; init; } = 60;

    /// <summary>Called when <see cref="ProbeSnapshot.State"/> has changed. On a thread of the probe or of the data plane; must not throw.</summary>
    public Action<ProbeSnapshot>? StateChanged { get; init; }
}
