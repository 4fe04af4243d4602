namespace K8sPqTunnel.Ike;

/// <summary>Something that the world outside may want to know about an IKE SA or one of its child SAs.</summary>
/// <param name="Connection">Name of the connection.</param>
public abstract record IkeEvent(string Connection);
