namespace K8sPqTunnel.Ike.Sessions;

/// <summary>Two IKE SAs that both ends began at the same time, each without knowing of the other's.</summary>
/// <remarks>
/// RFC 7296 has no rule for them. Ours is that of simultaneous rekeys (2.8.1), since both ends can apply it alone: the SA with the
/// lowest of the four nonces is the redundant one, and who began it deletes it. A peer with another rule may delete the other one
/// meanwhile: so the redundant one goes only after a while, and only if the other still stands.
/// </remarks>
internal sealed class Twins
{
    /// <summary>Until then both ends know both SAs, and a peer with a rule of its own has followed it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly IkeSession _redundant;

    private Twins(IkeSession kept, IkeSession redundant, TimeSpan now)
    {
        Kept = kept;
        _redundant = redundant;
        Due = now + Grace;
    }

    public IkeSession Kept { get; }

    public TimeSpan Due { get; }

    /// <summary>The pair that two established SAs of one connection make; null where one followed the other.</summary>
    public static Twins? Of(IkeSession one, IkeSession other, TimeSpan now)
    {
        bool overlap = one.BeganAt <= other.EstablishedAt && other.BeganAt <= one.EstablishedAt;
        if (one.Sa.IsInitiator == other.Sa.IsInitiator || !overlap)
            return null;
        return LowestNonce(one).SequenceCompareTo(LowestNonce(other)) < 0 ? new Twins(other, one, now) : new Twins(one, other, now);
    }

    /// <summary>Deletes the redundant SA if that is ours to do and the other stands.</summary>
    public void Part(TimeSpan now)
    {
        if (_redundant.Sa.IsInitiator && Kept.Sa.State == IkeSaState.Established)
            _redundant.Delete(now);
    }

    private static ReadOnlySpan<byte> LowestNonce(IkeSession session)
    {
        Handshake handshake = session.Sa.Handshake;
        return handshake.Ni.AsSpan().SequenceCompareTo(handshake.Nr) < 0 ? handshake.Ni : handshake.Nr;
    }
}
