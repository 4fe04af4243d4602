namespace K8sPqTunnel.Ike.Sessions;

/// <summary>Which of two IKE SAs with the same peer, both made by IKE_SA_INIT, gives way to the other, and for how long it stays.</summary>
/// <remarks>
/// Both ends have to come to the same. Of two that one end began, its newer one replaces the older (RFC 7296 2.8.3): no message says
/// so, but both know. Of one that each began, an end that knew of the other's when it began its own wants to replace it, and deletes it.
/// Where neither knew (RFC 7296 has no rule for that), ours is the one of simultaneous rekeys (2.8.1), since both ends can apply it
/// alone: the SA with the lowest of the four nonces is redundant, and who began it deletes it. The ends may differ in whether the peer
/// knew, so who is not the one to delete an SA waits, and takes it back should the other be deleted instead.
/// </remarks>
internal static class Precedence
{
    /// <summary>Until then both ends know both SAs, and a peer with a rule of its own has followed it.</summary>
    public static readonly TimeSpan RedundantGrace = TimeSpan.FromSeconds(10);

    /// <summary>The earlier SA is the one that counts.</summary>
    /// <param name="earlier">Was up when <paramref name="later"/> came up.</param>
    public static bool Wins(Origin earlier, Origin later) =>
        earlier.Overlaps(later) && earlier.LowestNonce.AsSpan().SequenceCompareTo(later.LowestNonce) > 0;

    /// <summary>How long the one that gives way is kept.</summary>
    /// <param name="loser">It.</param>
    /// <param name="winner">The other.</param>
    public static TimeSpan Stay(IkeSession loser, IkeSession winner)
    {
        // Who began a redundant one deletes it; where the peer doesn't, we do.
        if (loser.Origin!.Overlaps(winner.Origin!))
            return loser.Origin.WeBegan ? RedundantGrace : Succession.Grace;
        // The old child receives until its deletion is confirmed. What the peer replaces is the peer's to delete, and what has children
        // that the successor has yet to create stays for a while.
        return winner.Sa is { IsInitiator: true, Wanted.Missing: null } ? winner.Sa.Config.SuccessorDelay : Succession.Grace;
    }
}
