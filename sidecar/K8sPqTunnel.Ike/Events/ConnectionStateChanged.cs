namespace K8sPqTunnel.Ike.Events;

public sealed record ConnectionStateChanged(string Connection, ConnectionState State) : IkeEvent(Connection);
