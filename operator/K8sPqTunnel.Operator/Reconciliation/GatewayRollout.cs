using System.Collections.Concurrent;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>
/// Replaces the pods of gateways whose image or shape has changed, one gateway after another: the next one's turn comes when the one before has its
/// daemon back and its tunnels pass packets again. One whose new pod does not come up holds up the rest, which go on as they are.
/// </summary>
internal sealed class GatewayRollout(KubernetesClient client, ClusterView cluster, SessionRegistry sessions, TimeProvider clock, ILogger<GatewayRollout> logger)
{
    // A tunnel whose peer is away must not hold up others for ever: what counts after it is that the daemon is back.
    private static readonly TimeSpan TunnelPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    // Thousands may wait while one has its turn.
    private static readonly TimeSpan Queueing = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ResourceClient<Pod> _pods = client.Of(Kinds.Pod);
    // The UID of the pod of each gateway that was replaced last.
    private readonly ConcurrentDictionary<NamespacedName, string?> _deleted = new();
    private Turn? _turn;

    /// <summary>Does the next step for one gateway.</summary>
    /// <param name="wanted">Its ReplicaSet, which was applied.</param>
    /// <returns>When to look again; null when nothing is to be done.</returns>
    public async Task<TimeSpan?> AdvanceAsync(ReplicaSet wanted, CancellationToken cancellationToken)
    {
        NamespacedName gateway = wanted.Metadata.Key;
        string? digest = DigestOf(wanted.Spec!.Template.Metadata);
        Pod[] outdated = [.. cluster.PodsOf(gateway).Where(pod => !pod.Metadata.IsBeingDeleted && DigestOf(pod.Metadata) != digest)];
        if (outdated.Length == 0)
            return IsTurnOf(gateway) && !TryEndTurn(gateway) ? LookAgain : null;
        // One that does nothing has nothing to lose.
        bool idle = outdated.All(pod => new GatewaySight(pod).Trouble() is not null);
        if (!idle && !TryTakeTurn(gateway))
            return Queueing;

        foreach (Pod pod in outdated)
        {
            RolloutLog.Replacing(logger, pod.Metadata.Key.ToString());
            await _pods.DeleteAsync(pod.Metadata.Key, cancellationToken: cancellationToken);
            _deleted[gateway] = pod.Metadata.Uid;
        }

        return LookAgain;
    }

    /// <summary>Whether a pod of a gateway is on its way out, also where the informer does not show it yet.</summary>
    public bool IsGoing(NamespacedName gateway, string pod) => cluster.PodsOf(gateway).Any(one => one.Metadata.Name == pod
        && (one.Metadata.IsBeingDeleted || (_deleted.TryGetValue(gateway, out string? uid) && uid == one.Metadata.Uid)));

    /// <summary>A gateway is gone, and its turn with it.</summary>
    public void Forget(NamespacedName gateway)
    {
        _deleted.TryRemove(gateway, out _);
        lock (_lock)
        {
            if (_turn?.Gateway == gateway)
                _turn = null;
        }
    }

    private bool IsTurnOf(NamespacedName gateway)
    {
        lock (_lock)
            return _turn?.Gateway == gateway;
    }

    private bool TryTakeTurn(NamespacedName gateway)
    {
        lock (_lock)
        {
            if (_turn is not null)
                return _turn.Gateway == gateway;
            _turn = new Turn(gateway, clock.GetUtcNow(), cluster.TunnelsOf(gateway).Where(IsReady).Select(tunnel => tunnel.Metadata.Uid!).ToHashSet());
            return true;
        }
    }

    private bool TryEndTurn(NamespacedName gateway)
    {
        lock (_lock)
        {
            if (_turn?.Gateway != gateway)
                return true;
            // A session that is older than the turn is the old pod's.
            if (sessions.Find(gateway) is not { Connected: true } daemon || daemon.Since < _turn.Begin)
                return false;
            bool tunnelsAreBack = cluster.TunnelsOf(gateway)
                .Where(tunnel => _turn.Ready.Contains(tunnel.Metadata.Uid!) && !tunnel.Metadata.IsBeingDeleted).All(tunnel => IsReadyAgain(tunnel, daemon));
            if (!tunnelsAreBack && daemon.Since + TunnelPatience > clock.GetUtcNow())
                return false;
            _turn = null;
            return true;
        }
    }

    // The status may still be the one that the old pod had: the new daemon's own word counts.
    private bool IsReadyAgain(TunnelResource tunnel, DaemonSight daemon) =>
        IsReady(tunnel) && sessions.Find(GatewayNames.KeyOf(tunnel), tunnel.Metadata.Name!, tunnel.Metadata.Uid) is { Report.Phase: Grpc.Contract.V1.TunnelPhase.Established } now
        && now.Hello.InstanceId == daemon.Hello.InstanceId;

    private static bool IsReady(TunnelResource tunnel) =>
        tunnel.Status?.Conditions?.Any(c => c.Type == Conditions.ConditionTypes.Ready && c.Status == Api.Status.ConditionStatus.True) == true;

    private static string? DigestOf(ObjectMeta? metadata) => metadata?.Annotations?.GetValueOrDefault(GatewayNames.PodDigestAnnotation);

    private sealed record Turn(NamespacedName Gateway, DateTimeOffset Begin, IReadOnlySet<string> Ready);
}
