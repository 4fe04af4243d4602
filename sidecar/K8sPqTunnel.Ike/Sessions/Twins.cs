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

    private readonly bool _isOurs;
    private IkeSession _redundant;

    private Twins(IkeSession kept, IkeSession redundant, TimeSpan now)
    {
        Kept = kept;
        _redundant = redundant;
        _isOurs = redundant.Origin!.WeBegan;
        Due = now + Grace;
    }

    public IkeSession Kept { get; private set; }

    public TimeSpan Due { get; }

    /// <summary>The pair that two established SAs of one connection make; null where one followed the other.</summary>
    public static Twins? Of(IkeSession one, IkeSession other, TimeSpan now)
    {
        if (one.Origin is not { } first || other.Origin is not { } second || !first.Overlaps(second))
            return null;
        return first.LowestNonce.AsSpan().SequenceCompareTo(second.LowestNonce) < 0 ? new Twins(other, one, now) : new Twins(one, other, now);
    }

    /// <summary>Either may have been rekeyed.</summary>
    /// <param name="sessionOf">Who drives an IKE SA; null where it is gone.</param>
    public void Follow(Func<IkeSa, IkeSession?> sessionOf)
    {
        Kept = Newest(Kept, sessionOf);
        _redundant = Newest(_redundant, sessionOf);
    }

    /// <summary>Deletes the redundant SA if that is ours to do and the other stands.</summary>
    public void Part(TimeSpan now)
    {
        if (_isOurs && Kept.Sa.State == IkeSaState.Established)
            _redundant.Delete(now);
    }

    private static IkeSession Newest(IkeSession session, Func<IkeSa, IkeSession?> sessionOf)
    {
        while (session.Sa.Succession.Successor is { } successor && sessionOf(successor) is { } next)
            session = next;
        return session;
    }
}
