using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Exchanges;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The peer's CREATE_CHILD_SA exchanges whose IKE_FOLLOWUP_KE is still to come, by their link (RFC 9370 2.2.4).</summary>
internal sealed class PendingCreations(IkeSa sa)
{
    // Made with the first: most IKE SAs never have one.
    private Dictionary<ulong, AnsweredCreation>? _byLink;
    private ulong _lastLink;

    public bool IsFull => _byLink?.Count >= IkeLimits.PendingCreations;

    public IEnumerable<AnsweredCreation> All => _byLink is null ? [] : _byLink.Values;

    /// <summary>Whether a child for this traffic comes of one of them, should the peer go on.</summary>
    public bool Makes(ChildSpec spec)
    {
        foreach (AnsweredCreation creation in All)
        {
            if (creation is AnsweredChild { IsAbandoned: false } child && child.Spec == spec)
                return true;
        }

        return false;
    }

    public TimeSpan? NextDeadline => _byLink is null or { Count: 0 } ? null : _byLink.Values.Min(creation => creation.ExpiresAt);

    /// <summary>Keeps one until the peer goes on.</summary>
    /// <returns>Its link: 8 octets that name nothing else on this IKE SA.</returns>
    public byte[] Add(AnsweredCreation creation)
    {
        creation.ExpiresAt = sa.Now + sa.Config.FollowupTime;
        (_byLink ??= []).Add(++_lastLink, creation);
        byte[] link = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(link, _lastLink);
        return link;
    }

    /// <summary>Takes one out; it comes back by <see cref="Add"/> under another link while rounds remain.</summary>
    public AnsweredCreation? Take(ReadOnlySpan<byte> link)
    {
        Expire();
        return link.Length == sizeof(ulong) && _byLink is not null && _byLink.Remove(BinaryPrimitives.ReadUInt64BigEndian(link), out AnsweredCreation? found) &&
            !found.IsAbandoned
            ? found
            : null;
    }

    /// <summary>Forgets what the peer has let lie.</summary>
    public void Expire()
    {
        if (_byLink is null or { Count: 0 })
            return;
        foreach ((ulong link, AnsweredCreation creation) in _byLink.ToArray())
        {
            if (creation.ExpiresAt > sa.Now && !creation.IsAbandoned)
                continue;
            creation.Abandon(sa);
            _byLink.Remove(link);
        }
    }

    public void Clear()
    {
        foreach (AnsweredCreation creation in All)
            creation.Abandon(sa);
        _byLink?.Clear();
    }
}
