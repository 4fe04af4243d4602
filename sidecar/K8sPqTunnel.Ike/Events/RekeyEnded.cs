namespace K8sPqTunnel.Ike.Events;

/// <summary>A rekey is over, one way or the other.</summary>
/// <param name="Kind">What was rekeyed.</param>
/// <param name="ByPeer">The peer began it.</param>
/// <param name="Failure">What to tell a human; null unless the outcome is <see cref="RekeyOutcome.Failed"/>.</param>
public sealed record RekeyEnded(string Connection, RekeyKind Kind, bool ByPeer, RekeyOutcome Outcome, IkeFailure? Failure = null)
    : IkeEvent(Connection);
