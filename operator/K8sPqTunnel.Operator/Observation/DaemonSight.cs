using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>What a tunnel's daemon has said in its sessions.</summary>
/// <param name="Hello">Who it is.</param>
/// <param name="Connected">Its session is open.</param>
/// <param name="Since">When the session opened or ended.</param>
/// <param name="LastSequence">The number of its newest report; 0 without one.</param>
/// <param name="Report">Its newest report.</param>
/// <param name="Counters">Its newest counters.</param>
/// <param name="TornDown">It has removed everything that it made.</param>
internal sealed record DaemonSight(
    Hello Hello,
    bool Connected,
    DateTimeOffset Since,
    ulong LastSequence = 0,
    TunnelReport? Report = null,
    Counters? Counters = null,
    bool TornDown = false);
