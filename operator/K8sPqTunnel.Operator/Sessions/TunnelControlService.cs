using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>The service that daemons call (proto/pqtunnel/v1/tunnel_control.proto).</summary>
internal sealed class TunnelControlService(
    SessionRegistry registry,
    DaemonAuthentication authentication,
    ClusterView cluster,
    ILogger<TunnelControlService> logger)
{
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Serves one session, from Hello to the end of the call.</summary>
    public async Task<GrpcStatus> SessionAsync(
        GrpcRequestStream<DaemonMessage> requests, GrpcResponseStream<OperatorMessage> responses, GrpcServerContext context)
    {
        Hello hello = await ReadHelloAsync(requests, context.CancellationToken);
        await authentication.DemandAsync(context.BearerToken, hello, context.CancellationToken);
        var tunnel = new NamespacedName(hello.TunnelNamespace, hello.TunnelName);
        DemandTunnel(tunnel, hello);

        using var replaced = new CancellationTokenSource();
        var session = new DaemonSession(tunnel, hello, responses, replaced);
        ulong lastReport = registry.Open(session);
        SessionLog.Connected(logger, tunnel.ToString(), hello.DaemonVersion, hello.PodName, hello.NodeName);
        try
        {
            await responses.WriteAsync(new OperatorMessage { Welcome = new Welcome { LastReportSequence = lastReport } }, session.Replaced);
            return await ListenAsync(session, requests);
        }
        catch (OperationCanceledException) when (session.Replaced.IsCancellationRequested)
        {
            SessionLog.Replaced(logger, tunnel.ToString(), hello.PodName);
            return new GrpcStatus(GrpcStatusCode.Unavailable, $"Another daemon of the IpsecTunnel {tunnel} has called: call again.");
        }
        finally
        {
            registry.Close(session);
            SessionLog.Ended(logger, tunnel.ToString(), hello.PodName);
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

    private void DemandTunnel(NamespacedName tunnel, Hello hello)
    {
        if (!cluster.HasSynced)
            throw new RpcException(GrpcStatusCode.Unavailable, "The operator is starting: call again.");
        if (!cluster.Tunnels.TryGet(tunnel, out TunnelResource? resource))
            throw new RpcException(GrpcStatusCode.NotFound, $"There is no IpsecTunnel {tunnel}.");
        if (hello.TunnelUid.Length == 0)
        {
            throw new RpcException(GrpcStatusCode.PermissionDenied,
                $"The Hello does not say which IpsecTunnel {tunnel} it means: start the daemon from a document that carries metadata.uid.");
        }
        if (hello.TunnelUid != resource.Metadata.Uid)
            throw new RpcException(GrpcStatusCode.NotFound, $"The IpsecTunnel {tunnel} is another one of the same name.");
    }

    private async Task<GrpcStatus> ListenAsync(DaemonSession session, GrpcRequestStream<DaemonMessage> requests)
    {
        await foreach (DaemonMessage message in requests.ReadAllAsync(session.Replaced))
        {
            switch (message.BodyCase)
            {
                case DaemonMessage.BodyOneofCase.Report:
                    registry.Report(session, message.Sequence, message.Report);
                    break;
                case DaemonMessage.BodyOneofCase.Counters:
                    registry.Count(session, message.Counters);
                    break;
                case DaemonMessage.BodyOneofCase.TeardownDone:
                    registry.TornDown(session);
                    SessionLog.TornDown(logger, session.Tunnel.ToString(), session.Hello.PodName);
                    return GrpcStatus.Ok;
                case DaemonMessage.BodyOneofCase.Hello:
                    return new GrpcStatus(GrpcStatusCode.FailedPrecondition, "A session has one Hello.");
                default:
                    break;                                                 // a later version's message
            }
        }

        return GrpcStatus.Ok;
    }
}
