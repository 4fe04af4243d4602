using System.Collections.Concurrent;
using System.Text.Json;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Writes an IpsecGateway's status when it changes, with an event where Ready does.</summary>
internal sealed class GatewayStatusWriter(KubernetesClient client, EventRecorder events, TimeProvider clock)
{
    private readonly ResourceClient<GatewayResource> _gateways = client.Of(OperatorKinds.Gateway);
    private readonly ConcurrentDictionary<NamespacedName, (string? Uid, IpsecGatewayStatus Status)> _written = new();

    public async Task WriteAsync(
        GatewayResource gateway, GatewaySight pods, DaemonSight? daemon, IReadOnlyList<TunnelResource> tunnels, string? refusal, CancellationToken cancellationToken)
    {
        IpsecGatewayStatus? before =
            _written.TryGetValue(GatewayNames.KeyOf(gateway.Metadata.Key), out var written) && written.Uid == gateway.Metadata.Uid ? written.Status : gateway.Status;
        IpsecGatewayStatus status = GatewayStatus.Of(gateway.Metadata.Generation ?? 0, pods, daemon, tunnels, refusal, before, clock.GetUtcNow());
        if (before is not null && Text(before) == Text(status))
            return;

        var desired = new GatewayResource
        {
            Metadata = new ObjectMeta { Name = gateway.Metadata.Name, Namespace = gateway.Metadata.Namespace, Uid = gateway.Metadata.Uid },
            Status = status,
        };
        await _gateways.ApplyStatusAsync(desired, FieldManager.Name, cancellationToken: cancellationToken);
        _written[GatewayNames.KeyOf(gateway.Metadata.Key)] = (gateway.Metadata.Uid, status);
        if (before?.Conditions?[0].Reason != status.Conditions![0].Reason)
            Announce(gateway, status);
    }

    /// <summary>Forgets a gateway that is gone.</summary>
    /// <param name="gateway">The key of its objects.</param>
    public void Forget(NamespacedName gateway) => _written.TryRemove(gateway, out _);

    private void Announce(GatewayResource gateway, IpsecGatewayStatus status)
    {
        Api.Status.Condition ready = status.Conditions![0];
        bool stalled = status.Conditions.Any(c => c.Type == Conditions.ConditionTypes.Stalled && c.Status == Api.Status.ConditionStatus.True);
        events.Record(gateway, stalled ? EventType.Warning : EventType.Normal, ready.Reason, "Reconcile", ready.Message);
    }

    private static string Text(IpsecGatewayStatus status) => JsonSerializer.Serialize(status, ApiJsonContext.Default.IpsecGatewayStatus);
}
