using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Looks at a tunnel with all that the cluster and its daemon say of it.</summary>
internal sealed class TunnelJudgement(ClusterView cluster, PolicyView policies, SessionRegistry sessions, GatewayApplier applier, TimeProvider clock)
{
    /// <summary>All that is known of a tunnel now.</summary>
    /// <param name="before">Its last status.</param>
    public TunnelObservation Observe(TunnelResource tunnel, Api.Status.IpsecTunnelStatus? before)
    {
        NamespacedName gateway = GatewayNames.KeyOf(tunnel);
        NamespacedName wanted = GatewayNames.WantedBy(tunnel);
        TunnelValidation validation = TunnelValidator.Validate(tunnel.ToDocument());
        return new TunnelObservation(
            tunnel.Metadata.Generation ?? 0,
            tunnel.Spec?.PostQuantum?.KeyExchange ?? KeyExchangePolicy.Required,
            validation,
            SecretsOf(tunnel, validation.Settings),
            new GatewaySight(cluster.PodsOf(gateway)),
            sessions.Find(gateway, tunnel.Metadata.Name!, tunnel.Metadata.Uid),
            applier.RefusalOf(gateway))
        {
            Time = clock.GetUtcNow(),
            GatewayName = wanted.Name,
            PolicyProblems = validation.IsValid ? policies.ProblemsOf(validation.Settings) : [],
            MissingGateway = tunnel.Spec?.GatewayRef?.Name is { } named && cluster.ShapeOf(wanted) is null ? named : null,
            FormerGateway = before?.Gateway is { } former && former != wanted.Name ? former : null,
            SelectorsTakenBy = SelectorsTakenBy(tunnel)?.Metadata.Name,
        };
    }

    /// <summary>Nothing stands against having it run on its gateway.</summary>
    public static bool MayRun(TunnelObservation observed) =>
        ReadyChain.SpecIsValid(observed) is null && ReadyChain.PoliciesAreMet(observed) is null && ReadyChain.GatewayExists(observed) is null
        && ReadyChain.GatewayIsTheSame(observed) is null && ReadyChain.SelectorsAreFree(observed) is null;

    /// <summary>The values of Secrets that a tunnel needs; none without settings.</summary>
    public IReadOnlyList<SecretSight> SecretsOf(TunnelResource tunnel, TunnelSettings? settings) =>
        [.. (settings?.Authentication.Secrets ?? []).Select(reference => SecretSight.Of(
            cluster.Secrets.TryGet(new NamespacedName(tunnel.Metadata.Namespace, reference.Name), out ObservedSecret? secret) ? secret : null, reference))];

    /// <summary>The tunnel of the same gateway that carries the same packets, and comes first; null for none.</summary>
    private TunnelResource? SelectorsTakenBy(TunnelResource tunnel) =>
        cluster.RivalsOf(tunnel).FirstOrDefault(rival => ComesBefore(rival, tunnel) && TunnelValidator.Validate(rival.ToDocument()).IsValid);

    // Who runs as it is now stays; of two that do not, the older is first.
    private static bool ComesBefore(TunnelResource one, TunnelResource other) =>
        Rank(one).CompareTo(Rank(other)) < 0;

    private static (bool Waits, DateTimeOffset Age, string Name) Rank(TunnelResource tunnel) => (
        !IsTakenUp(tunnel), tunnel.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue, tunnel.Metadata.Name!);

    // Its status says that its spec, as it is now, has been judged and may run.
    private static bool IsTakenUp(TunnelResource tunnel) =>
        tunnel.Status is { Gateway: { } gateway } status && gateway == GatewayNames.KeyOf(tunnel).Name && status.ObservedGeneration == tunnel.Metadata.Generation
        && status.Conditions?.Any(c => c.Type == Conditions.ConditionTypes.Ready && c.Reason is "SelectorsTaken" or "InvalidSpec" or "PolicyViolated") == false;
}
