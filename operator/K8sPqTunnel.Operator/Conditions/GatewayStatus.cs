using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>The status of an IpsecGateway, from what is observed.</summary>
internal static class GatewayStatus
{
    /// <param name="generation">metadata.generation of the spec that was read.</param>
    /// <param name="pods">Its pods.</param>
    /// <param name="daemon">What its daemon said; null when none ever called.</param>
    /// <param name="tunnels">Those that name it.</param>
    /// <param name="refusal">Why the API server does not take what it needs; null where it does.</param>
    /// <param name="previous">The status before.</param>
    /// <param name="now">The transition time of conditions that change.</param>
    public static IpsecGatewayStatus Of(
        long generation, GatewaySight pods, DaemonSight? daemon, IReadOnlyList<TunnelResource> tunnels, string? refusal,
        IpsecGatewayStatus? previous, DateTimeOffset now)
    {
        Verdict? verdict = Judge(pods, daemon, refusal);
        var builder = new ConditionListBuilder(previous?.Conditions, generation, now);
        builder.Add(ConditionTypes.Ready, verdict is null
            ? new(ConditionStatus.True, "DaemonRuns", "the gateway's daemon runs and is heard; how each tunnel fares, its own status says")
            : new(verdict.Unknown ? ConditionStatus.Unknown : ConditionStatus.False, verdict.Reason, verdict.Message));
        builder.Add(ConditionTypes.Reconciling, ConditionSet.Reconciling(verdict));
        builder.Add(ConditionTypes.Stalled, ConditionSet.Stalled(verdict));
        return new IpsecGatewayStatus
        {
            Conditions = builder.Conditions,
            ObservedGeneration = generation,
            Tunnels = tunnels.Count,
            ReadyTunnels = tunnels.Count(IsReady),
            Node = pods.Pod?.Spec?.NodeName,
            Pod = pods.Pod?.Metadata.Name,
            Image = pods.Pod?.Spec?.Containers is [var container, ..] ? container.Image : null,
            DaemonVersion = daemon is { Connected: true } ? Bounded.OrNull(daemon.Hello.DaemonVersion) : null,
        };
    }

    private static Verdict? Judge(GatewaySight pods, DaemonSight? daemon, string? refusal)
    {
        if (refusal is not null)
            return new Verdict("GatewayRefused", Bounded.Text(refusal), Stalled: true);
        if (pods.Trouble() is var (reason, message))
            return new Verdict(reason, message);
        return daemon is { Connected: true }
            ? null
            : new Verdict(daemon is null ? "DaemonNotConnected" : "DaemonAway",
                $"the daemon in pod {pods.Pod?.Metadata.Name} has no session with the operator: see its log if this stays", Unknown: true);
    }

    private static bool IsReady(TunnelResource tunnel) =>
        tunnel.Status?.Conditions?.Any(c => c.Type == ConditionTypes.Ready && c.Status == ConditionStatus.True) == true;
}
