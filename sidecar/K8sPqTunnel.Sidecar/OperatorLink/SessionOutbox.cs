using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>Numbers the daemon's messages across reconnects and sends them one at a time.</summary>
internal sealed class SessionOutbox : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private ulong _sequence;
    private bool _closed;

    /// <summary>Sends the last message of all and half-closes; what anybody sends behind it is not sent.</summary>
    public async Task SendLastAsync(
        GrpcDuplexCall<DaemonMessage, OperatorMessage> session, DaemonMessage message, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            _closed = true;
            message.Sequence = ++_sequence;
            await session.WriteAsync(message, cancellation);
            session.CompleteRequests();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <returns>False when the session has ended.</returns>
    public async Task<bool> SendAsync(
        GrpcDuplexCall<DaemonMessage, OperatorMessage> session, DaemonMessage message, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_closed)
                return false;
            message.Sequence = ++_sequence;
            return await session.WriteAsync(message, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
