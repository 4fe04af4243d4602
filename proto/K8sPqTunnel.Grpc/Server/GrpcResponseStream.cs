using Google.Protobuf;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Server;

/// <summary>The messages that a server sends in one call. Any number of threads may write; messages never interleave.</summary>
public sealed class GrpcResponseStream<T>
    where T : class, IMessage<T>
{
    private readonly MessageWriter<T> _writer;
    private readonly CancellationToken _call;

    internal GrpcResponseStream(MessageWriter<T> writer, CancellationToken call)
    {
        _writer = writer;
        _call = call;
    }

    /// <summary>Sends one message at once, waiting while the client's flow-control window is full.</summary>
    /// <exception cref="OperationCanceledException">The client went away, the deadline passed, the server stops, or the caller cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The handler had already returned.</exception>
    public async ValueTask WriteAsync(T message, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_call, cancellationToken);
        try
        {
            await _writer.WriteAsync(message, either.Token);
        }
        catch (IOException e)
        {
            throw new OperationCanceledException("The client reset the call.", e, _call);
        }
    }
}
