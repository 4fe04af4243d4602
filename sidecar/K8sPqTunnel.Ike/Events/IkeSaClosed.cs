namespace K8sPqTunnel.Ike.Events;

/// <summary>An IKE SA that was established is gone, and its child SAs with it.</summary>
public sealed record IkeSaClosed(string Connection, IkeSpi InitiatorSpi, IkeSpi ResponderSpi) : IkeEvent(Connection);
