using Google.Protobuf;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;
using SecretValue = K8sPqTunnel.Grpc.Contract.V1.SecretValue;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>Sends a gateway's daemon the tunnels that it does not hold as they are, and has it take down those that are no longer its own.</summary>
internal sealed class TunnelDelivery(KubernetesClient client, TunnelJudgement judgement)
{
    private readonly ResourceClient<Secret> _secrets = client.Of(Kinds.Secret);

    /// <param name="tunnels">All that name the gateway, deleted ones too.</param>
    public async Task DeliverAsync(DaemonSession session, IReadOnlyList<TunnelResource> tunnels, CancellationToken cancellationToken)
    {
        try
        {
            // A tunnel that is being deleted is taken down by its own reconcile.
            HashSet<string> known = [.. tunnels.Select(tunnel => tunnel.Metadata.Uid!)];
            foreach (TunnelRef held in session.Held.Where(held => !known.Contains(held.Uid)))
                await session.SendTeardownAsync(held, $"The gateway {session.Gateway} carries no such IpsecTunnel any more.", cancellationToken);
            foreach (TunnelResource tunnel in tunnels)
                await DeliverAsync(session, tunnel, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The daemon went away in between; its next session is sent what it lacks.
        }
    }

    private async Task DeliverAsync(DaemonSession session, TunnelResource tunnel, CancellationToken cancellationToken)
    {
        if (tunnel.Metadata.IsBeingDeleted || tunnel.Metadata.Finalizers?.Contains(IpsecTunnel.Finalizer) != true)
            return;
        TunnelObservation observed = judgement.Observe(tunnel, tunnel.Status);
        if (!TunnelJudgement.MayRun(observed) || ReadyChain.SecretIsUsable(observed) is not null)
            return;

        string document = TunnelFile.Of(tunnel);
        string fingerprint = Fingerprint.Of(string.Concat(observed.Secrets.Select(secret => secret.Value!.Digest).Prepend(document)));
        if (session.Holds(tunnel.Metadata.Name!, tunnel.Metadata.Uid!, fingerprint))
            return;
        var configuration = new TunnelConfiguration
        {
            Tunnel = new TunnelRef { Name = tunnel.Metadata.Name, Uid = tunnel.Metadata.Uid },
            Document = document,
            Fingerprint = fingerprint,
        };
        if (await FillAsync(configuration, tunnel.Metadata.Namespace, observed.Secrets, cancellationToken))
            await session.ConfigureAsync(configuration, cancellationToken);
    }

    /// <returns>False where a value has gone in between; the informer tells soon.</returns>
    private async Task<bool> FillAsync(
        TunnelConfiguration configuration, string? @namespace, IReadOnlyList<SecretSight> secrets, CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, SecretReference> wanted in secrets.Select(secret => secret.Reference).Distinct().GroupBy(reference => reference.Name))
        {
            Secret? secret = await _secrets.FindAsync(new NamespacedName(@namespace, wanted.Key), cancellationToken);
            foreach (SecretReference reference in wanted)
            {
                if (secret?.Data?.GetValueOrDefault(reference.Key) is not { } value)
                    return false;
                // Not copied: it is zeroed with the message.
                configuration.Secrets.Add(new SecretValue
                {
                    Name = reference.Name, Key = reference.Key, Value = UnsafeByteOperations.UnsafeWrap(value),
                });
            }
        }

        return true;
    }
}
