using System.Net;

namespace K8sPqTunnel.Ike.Events;

/// <summary>The peer sends us to another gateway, and we go (RFC 5685).</summary>
public sealed record PeerRedirected(string Connection, IPAddress From, IPAddress To) : IkeEvent(Connection);
