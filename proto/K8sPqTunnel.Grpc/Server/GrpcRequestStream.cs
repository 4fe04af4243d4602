using System.Runtime.CompilerServices;
using Google.Protobuf;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Server;

/// <summary>The messages that a client sends in one call, for one reader at a time.</summary>
public sealed class GrpcRequestStream<T>
    where T : class, IMessage<T>
{
    private readonly MessageReader<T> _reader;
    private readonly CancellationToken _call;

    internal GrpcRequestStream(MessageReader<T> reader, CancellationToken call)
    {
        _reader = reader;
        _call = call;
    }

    /// <summary>The next message, or null once the client has half-closed.</summary>
    /// <exception cref="OperationCanceledException">The client went away, the deadline passed, the server stops, or the caller cancelled.</exception>
    /// <exception cref="RpcException">The client broke the protocol; let it pass, so that the client is told.</exception>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken = default)
    {
        _call.ThrowIfCancellationRequested();                            // after the handler's return the pipe is another call's
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_call, cancellationToken);
        try
        {
            return await _reader.ReadAsync(either.Token);
        }
        catch (IOException e)
        {
            throw new OperationCanceledException("The client reset the call.", e, _call);
        }
    }

    /// <summary>The messages up to the client's half-close; fails as <see cref="ReadAsync"/> does.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken) is { } message)
            yield return message;
    }
}
