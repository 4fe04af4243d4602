using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>One open call of a daemon. Compared by reference.</summary>
/// <param name="tunnel">The tunnel that it carries.</param>
/// <param name="hello">Who it is.</param>
/// <param name="responses">The way back.</param>
/// <param name="replaced">What ends the call in favour of a newer one; the call's to dispose of, once the session is closed.</param>
internal sealed class DaemonSession(
    NamespacedName tunnel, Hello hello, GrpcResponseStream<OperatorMessage> responses, CancellationTokenSource replaced)
{
    private int _teardownSent;

    public NamespacedName Tunnel { get; } = tunnel;

    public Hello Hello { get; } = hello;

    /// <summary>Cancelled once a newer session of the tunnel has taken this one's place, which then hears and says nothing more.</summary>
    public CancellationToken Replaced { get; } = replaced.Token;

    /// <summary>Ends the call, which goes on in another thread.</summary>
    public Task ReplaceAsync() => replaced.CancelAsync();

    /// <summary>Asks the daemon, once, to remove everything that it made.</summary>
    /// <exception cref="OperationCanceledException">The daemon went away; its next session is asked again.</exception>
    public async Task SendTeardownAsync(string reason, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _teardownSent, 1) == 0)
            await responses.WriteAsync(new OperatorMessage { Teardown = new Teardown { Reason = reason } }, cancellationToken);
    }
}
