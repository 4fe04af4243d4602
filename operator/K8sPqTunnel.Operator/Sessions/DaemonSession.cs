using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>One open call of a daemon. Compared by reference.</summary>
/// <param name="tunnel">The tunnel that it carries.</param>
/// <param name="hello">Who it is.</param>
/// <param name="responses">The way back.</param>
internal sealed class DaemonSession(NamespacedName tunnel, Hello hello, GrpcResponseStream<OperatorMessage> responses)
{
    private int _teardownSent;

    public NamespacedName Tunnel { get; } = tunnel;

    public Hello Hello { get; } = hello;

    /// <summary>Asks the daemon, once, to remove everything that it made.</summary>
    /// <exception cref="OperationCanceledException">The daemon went away; its next session is asked again.</exception>
    public async Task SendTeardownAsync(string reason, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _teardownSent, 1) == 0)
            await responses.WriteAsync(new OperatorMessage { Teardown = new Teardown { Reason = reason } }, cancellationToken);
    }
}
