using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>A gateway's session and what was heard in it. Under its registry's lock.</summary>
internal sealed class GatewayHearing(DaemonSession session, DateTimeOffset since)
{
    public DaemonSession Session { get; set; } = session;

    public bool Connected { get; set; } = true;

    /// <summary>When the session opened or ended.</summary>
    public DateTimeOffset Since { get; set; } = since;

    /// <summary>The number of the newest report; 0 without one.</summary>
    public ulong LastSequence { get; set; }

    /// <summary>By name.</summary>
    public Dictionary<string, TunnelHearing> Tunnels { get; } = new(StringComparer.Ordinal);

    /// <summary>What is known of the daemon, and of a tunnel on it.</summary>
    public DaemonSight Sight(string tunnel, string? uid)
    {
        TunnelHearing? heard = Tunnels.GetValueOrDefault(tunnel) is { } found && found.Uid == uid ? found : null;
        return new DaemonSight(Session.Hello, Connected, Since, heard?.Report, heard?.Counters, heard?.TornDown ?? false);
    }
}
