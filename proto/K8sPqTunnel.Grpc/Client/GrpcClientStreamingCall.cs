using Google.Protobuf;

namespace K8sPqTunnel.Grpc.Client;

/// <summary>A call in progress that sends a stream and gets one answer. Dispose it: an unfinished call is cancelled so.</summary>
public sealed class GrpcClientStreamingCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly GrpcDuplexCall<TRequest, TResponse> _call;

    internal GrpcClientStreamingCall(GrpcDuplexCall<TRequest, TResponse> call)
    {
        _call = call;
    }

    /// <inheritdoc cref="GrpcDuplexCall{TRequest,TResponse}.WriteAsync"/>
    public ValueTask<bool> WriteAsync(TRequest message, CancellationToken cancellationToken = default) =>
        _call.WriteAsync(message, cancellationToken);

    /// <summary>Half-closes and waits for the answer.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK, or with not exactly one answer.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<TResponse> CompleteAsync(CancellationToken cancellationToken = default)
    {
        _call.CompleteRequests();
        TResponse response = await _call.ReadAsync(cancellationToken)
            ?? throw new RpcException(GrpcStatusCode.Internal, "The server ended the call with OK and without an answer.");
        return await _call.ReadAsync(cancellationToken) is null
            ? response
            : throw new RpcException(GrpcStatusCode.Internal, "The server sent more than one answer.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _call.DisposeAsync();
}
