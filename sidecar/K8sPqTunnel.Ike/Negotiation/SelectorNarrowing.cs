using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>What both ends want to carry: the answer to a peer's traffic selectors (RFC 7296 2.9).</summary>
/// <param name="Local">Of our side; what the peer named first comes first.</param>
/// <param name="Remote">Of the peer's side.</param>
/// <param name="HasMore">There is more in common than an answer takes.</param>
internal readonly record struct SelectorNarrowing(
    IReadOnlyList<TrafficSelector> Local, IReadOnlyList<TrafficSelector> Remote, bool HasMore)
{
    /// <summary>Nothing is in common on one of the sides.</summary>
    public bool IsEmpty => Local.Count == 0 || Remote.Count == 0;

    /// <summary>Narrows each side's selectors to what we are configured for.</summary>
    /// <remarks>
    /// A peer that has a packet waiting names it by its first selectors (RFC 7296 2.9). All that is in common is answered, so that
    /// packet is within, as far as we carry it at all.
    /// </remarks>
    public static SelectorNarrowing Of(
        IReadOnlyList<TrafficSelector> theirLocal,
        IReadOnlyList<TrafficSelector> theirRemote,
        IReadOnlyList<TrafficSelector> ourLocal,
        IReadOnlyList<TrafficSelector> ourRemote)
    {
        List<TrafficSelector> local = Common(theirLocal, ourLocal), remote = Common(theirRemote, ourRemote);
        return new SelectorNarrowing(
            Cut(local, ourLocal), Cut(remote, ourRemote), HasMore: local.Count > IkeLimits.TrafficSelectors || remote.Count > IkeLimits.TrafficSelectors);
    }

    /// <summary>As many as an answer takes: our own list where they are the same, which thousands of peers' SAs then share.</summary>
    private static IReadOnlyList<TrafficSelector> Cut(List<TrafficSelector> common, IReadOnlyList<TrafficSelector> ours) =>
        common.Count <= IkeLimits.TrafficSelectors && common.SequenceEqual(ours) ? ours : common.Take(IkeLimits.TrafficSelectors).ToArray();

    private static List<TrafficSelector> Common(IReadOnlyList<TrafficSelector> theirs, IReadOnlyList<TrafficSelector> ours)
    {
        List<TrafficSelector> common = [];
        foreach (TrafficSelector their in theirs)
        {
            foreach (TrafficSelector our in ours)
            {
                // One that lies within another says nothing new.
                if (their.Intersect(our) is not { } both || common.Exists(wide => both.Equals(both.Intersect(wide))))
                    continue;
                common.RemoveAll(small => small.Equals(small.Intersect(both)));
                // Of what is equal, thousands of peers' SAs hold the one object.
                common.Add(both.Equals(our) ? our : both);
            }
        }

        return common;
    }
}
