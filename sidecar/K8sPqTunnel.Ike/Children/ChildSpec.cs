namespace K8sPqTunnel.Ike.Children;

/// <summary>The traffic that one child SA is asked for, before the peer narrows it.</summary>
/// <param name="Local">Selectors of our side.</param>
/// <param name="Remote">Selectors of the peer's side.</param>
internal sealed record ChildSpec(IReadOnlyList<TrafficSelector> Local, IReadOnlyList<TrafficSelector> Remote)
{
    /// <summary>The child SAs that a connection wants, at least one.</summary>
    public static IReadOnlyList<ChildSpec> Of(ConnectionConfig config) => config.SelectorMode switch
    {
        SelectorMode.PerPair =>
        [
            .. from local in config.LocalSelectors
               from remote in config.RemoteSelectors
               where local.Family == remote.Family
               select new ChildSpec([local], [remote]),
        ],
        _ => [new ChildSpec(config.LocalSelectors, config.RemoteSelectors)],
    };

    /// <summary>Whether an answer is a subset of this (RFC 7296 2.9).</summary>
    public bool Contains(IReadOnlyList<TrafficSelector> local, IReadOnlyList<TrafficSelector> remote) =>
        IsWithin(local, Local) && IsWithin(remote, Remote);

    private static bool IsWithin(IReadOnlyList<TrafficSelector> narrowed, IReadOnlyList<TrafficSelector> offered) =>
        narrowed.Count > 0 && narrowed.All(n => offered.Any(o => n.Equals(n.Intersect(o))));
}
