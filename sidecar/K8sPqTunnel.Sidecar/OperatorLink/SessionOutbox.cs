using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>Numbers the daemon's messages across reconnects and sends them one at a time.</summary>
internal sealed class SessionOutbox : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private ulong _sequence;

    /// <returns>The message's number; null when the session has ended.</returns>
    public async Task<ulong?> SendAsync(
        GrpcDuplexCall<DaemonMessage, OperatorMessage> session, DaemonMessage message, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            message.Sequence = ++_sequence;
            return await session.WriteAsync(message, cancellation) ? message.Sequence : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
