using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>What a gateway's daemon has said in its sessions, and of one tunnel.</summary>
/// <param name="Hello">Who it is.</param>
/// <param name="Connected">Its session is open.</param>
/// <param name="Since">When the session opened or ended.</param>
/// <param name="Report">Its newest report of the tunnel.</param>
/// <param name="Counters">Its newest counters of the tunnel.</param>
/// <param name="TornDown">It has removed everything that it made for the tunnel.</param>
internal sealed record DaemonSight(
    Hello Hello,
    bool Connected,
    DateTimeOffset Since,
    TunnelReport? Report = null,
    Counters? Counters = null,
    bool TornDown = false);
