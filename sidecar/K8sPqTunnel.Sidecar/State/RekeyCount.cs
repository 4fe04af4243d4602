namespace K8sPqTunnel.Sidecar.State;

/// <summary>How often a rekey ended in one way.</summary>
/// <param name="Kind">Child or Ike.</param>
/// <param name="Outcome">Done, Redundant, PutOff, Gone or Failed.</param>
/// <param name="ByPeer">The peer began it.</param>
public sealed record RekeyCount(string Kind, string Outcome, bool ByPeer, long Count);
