namespace K8sPqTunnel.Ike.Events;

/// <summary>The peer does not answer over UDP, so TCP is tried beside it (RFC 9329 5.1).</summary>
public sealed record TcpTried(string Connection) : IkeEvent(Connection);
