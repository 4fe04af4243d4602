namespace K8sPqTunnel.Ike.Events;

/// <summary>A peer that began an IKE SA with us did not get one.</summary>
/// <param name="Path">Our end, and the peer's as its packets show it.</param>
public sealed record PeerTurnedAway(string Connection, PeerPath Path, IkeFailure Failure) : IkeEvent(Connection);
