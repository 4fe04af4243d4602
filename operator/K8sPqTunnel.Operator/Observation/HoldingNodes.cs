namespace K8sPqTunnel.Operator.Observation;

/// <summary>The nodes that may hold what a tunnel's daemon makes: it survives the daemon and its pod, so they are remembered.</summary>
internal static class HoldingNodes
{
    /// <param name="before">Those that were known.</param>
    /// <param name="gateway">Adds the nodes where a container has run, or a daemon has called from.</param>
    /// <param name="daemon">The last daemon that called; when it has removed everything, its node holds nothing.</param>
    /// <returns>Each node once, in the order of their names.</returns>
    public static IReadOnlyList<string> Of(IEnumerable<string>? before, GatewaySight gateway, DaemonSight? daemon)
    {
        string? clean = daemon is { TornDown: true } ? daemon.Hello.NodeName : null;
        // Where a daemon is, its pod says: a list of what daemons say themselves could grow without bounds.
        IEnumerable<string> seen = gateway.Pods
            .Where(pod => pod.Metadata.Name == daemon?.Hello.PodName ? !daemon!.TornDown : GatewaySight.HasRun(pod))
            .Select(pod => pod.Spec?.NodeName)
            .OfType<string>();
        return [.. (before ?? []).Where(node => node != clean).Union(seen).Order(StringComparer.Ordinal)];
    }
}
