using System.Net;

namespace K8sPqTunnel.Dataplane.Routed;

/// <summary>For which packets a tunnel's own routing table is asked; what is null is not asked for.</summary>
public sealed record TunnelRule(IPNetwork? From = null, IPNetwork? To = null, PacketMark? Mark = null);
