using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Leadership;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>The service that daemons call (proto/pqtunnel/v1/tunnel_control.proto).</summary>
internal sealed class TunnelControlService(
    SessionRegistry registry,
    DaemonAuthentication authentication,
    ClusterView cluster,
    ReplicaLeadership leadership,
    ILogger<TunnelControlService> logger)
{
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Serves one session, from Hello to the end of the call.</summary>
    public async Task<GrpcStatus> SessionAsync(
        GrpcRequestStream<DaemonMessage> requests, GrpcResponseStream<OperatorMessage> responses, GrpcServerContext context)
    {
        Hello hello = await ReadHelloAsync(requests, context.CancellationToken);
        if (leadership.Since is null)
            return await SendOnAsync(responses, context.CancellationToken);
        await authentication.DemandAsync(context.BearerToken, hello, context.PeerAddress, context.CancellationToken);
        var gateway = new NamespacedName(hello.Namespace, hello.Gateway);
        DemandGateway(gateway);

        using var replaced = new CancellationTokenSource();
        var session = new DaemonSession(gateway, hello, responses, replaced);
        SessionLog.Connected(logger, gateway.ToString(), hello.DaemonVersion, hello.PodName, hello.NodeName);
        try
        {
            await session.WelcomeAsync(() => registry.Open(session));
            return await ListenAsync(session, requests);
        }
        catch (OperationCanceledException) when (session.Replaced.IsCancellationRequested)
        {
            SessionLog.Replaced(logger, gateway.ToString(), hello.PodName);
            return new GrpcStatus(GrpcStatusCode.Unavailable, $"Another daemon of the gateway {gateway} has called: call again.");
        }
        finally
        {
            registry.Close(session);
            SessionLog.Ended(logger, gateway.ToString(), hello.PodName);
        }
    }

    private static async Task<Hello> ReadHelloAsync(GrpcRequestStream<DaemonMessage> requests, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(HelloTimeout);
        DaemonMessage? first;
        try
        {
            first = await requests.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(GrpcStatusCode.FailedPrecondition, "A session opens with a Hello, and none came.", e);
        }

        return first?.BodyCase == DaemonMessage.BodyOneofCase.Hello
            ? first.Hello
            : throw new RpcException(GrpcStatusCode.FailedPrecondition, "A session opens with a Hello.");
    }

    private async Task<GrpcStatus> SendOnAsync(GrpcResponseStream<OperatorMessage> responses, CancellationToken cancellationToken)
    {
        if (leadership.Other is not { Endpoint: { } endpoint })
            throw new RpcException(GrpcStatusCode.Unavailable, "No replica of the operator leads yet: call again.");
        await responses.WriteAsync(new OperatorMessage { Redirect = new Redirect { Endpoint = endpoint.ToString() } }, cancellationToken);
        return GrpcStatus.Ok;
    }

    private void DemandGateway(NamespacedName gateway)
    {
        if (!cluster.HasSynced)
            throw new RpcException(GrpcStatusCode.Unavailable, "The operator is starting: call again.");
        if (cluster.ShapeOf(gateway) is null)
            throw new RpcException(GrpcStatusCode.NotFound, $"There is no gateway {gateway}.");
    }

    private async Task<GrpcStatus> ListenAsync(DaemonSession session, GrpcRequestStream<DaemonMessage> requests)
    {
        await foreach (DaemonMessage message in requests.ReadAllAsync(session.Replaced))
        {
            switch (message.BodyCase)
            {
                case DaemonMessage.BodyOneofCase.Report when IsOf(session, message.Tunnel):
                    registry.Report(session, message.Tunnel, message.Sequence, message.Report);
                    break;
                case DaemonMessage.BodyOneofCase.Counters when IsOf(session, message.Tunnel):
                    registry.Count(session, message.Tunnel, message.Counters);
                    break;
                case DaemonMessage.BodyOneofCase.TeardownDone when message.Tunnel is not null:
                    session.Removed(message.Tunnel);
                    if (IsOf(session, message.Tunnel))
                        registry.TornDown(session, message.Tunnel);
                    SessionLog.TornDown(logger, $"{session.Gateway.Namespace}/{message.Tunnel.Name}", session.Hello.PodName);
                    break;
                case DaemonMessage.BodyOneofCase.Hello:
                    return new GrpcStatus(GrpcStatusCode.FailedPrecondition, "A session has one Hello.");
                default:
                    break;                                                 // a later version's message, or of a tunnel that is no longer there
            }
        }

        return GrpcStatus.Ok;
    }

    // A daemon speaks for the tunnels of its gateway, and for no other resource.
    private bool IsOf(DaemonSession session, [NotNullWhen(true)] TunnelRef? tunnel) =>
        tunnel is not null
        && cluster.Tunnels.TryGet(new NamespacedName(session.Gateway.Namespace, tunnel.Name), out TunnelResource? resource)
        && resource.Metadata.Uid == tunnel.Uid
        && GatewayNames.KeyOf(resource) == session.Gateway;
}
