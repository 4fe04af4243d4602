using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>What a daemon has said of one tunnel.</summary>
/// <param name="Uid">Of which resource.</param>
/// <param name="Report">Its newest report.</param>
/// <param name="Counters">Its newest counters.</param>
/// <param name="TornDown">It has removed everything that it made for the tunnel.</param>
internal sealed record TunnelHearing(string Uid, TunnelReport? Report = null, Counters? Counters = null, bool TornDown = false);
