using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Client;

/// <summary>A call in progress with a stream in each direction. Dispose it: an unfinished call is cancelled so.</summary>
/// <remarks>
/// One reader and any number of writers at a time. The call's outcome comes from reading: null after OK, <see cref="RpcException"/>
/// after any other status. Cancelling one read or write cancels the call, as a half-sent message can't be taken back.
/// </remarks>
public sealed class GrpcDuplexCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly RequestStreamContent _requests = new();
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenRegistration _callerCancels;

    // Holds nothing to dispose of, and a read or write that is under way may still cancel it after the call was disposed.
    private readonly CancellationTokenSource _call = new();
    private readonly Task<HttpResponseMessage> _response;
    private readonly Task<MessageWriter<TRequest>> _writer;
    private MessageReader<TResponse>? _reader;
    private RpcException? _failure;
    private bool _halfClosed;
    private bool _disposed;

    internal GrpcDuplexCall(
        HttpMessageInvoker http, HttpRequestMessage request, GrpcMethod<TRequest, TResponse> method, TimeSpan? timeout, CancellationToken caller)
    {
        _method = method;
        _caller = caller;
        _callerCancels = CancelWith(caller);
        _deadline = CallDeadline.Start(timeout);
        CancelWith(_deadline.Token);
        request.Content = _requests;
        request.Content.Headers.TryAddWithoutValidation("content-type", GrpcHeaders.ContentType);
        _response = SendAsync(http, request);
        _writer = OpenWriterAsync();
    }

    /// <summary>Sends one message, waiting for the connection first and while the server's flow-control window is full.</summary>
    /// <returns>False when the call has ended and the message was not sent: reading says how it ended.</returns>
    /// <exception cref="RpcException">The message is larger than the method allows; the call goes on.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<bool> WriteAsync(TRequest message, CancellationToken cancellationToken = default)
    {
        if (_halfClosed)
            throw new InvalidOperationException("The call's requests were completed.");
        await using CancellationTokenRegistration cancel = CancelWith(cancellationToken);
        try
        {
            MessageWriter<TRequest> writer = await _writer.WaitAsync(_call.Token);
            await writer.WriteAsync(message, _call.Token);
            return true;
        }
        catch (Exception e) when (TransportFailure.Is(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _caller.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>Half-closes: the server learns that no request follows, and may go on answering. Call it after the last write has returned.</summary>
    public void CompleteRequests()
    {
        _halfClosed = true;
        _requests.Complete();
    }

    /// <summary>The next message, or null when the server has ended the call with OK.</summary>
    /// <exception cref="RpcException">The call ended with another status.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_failure is not null)
            throw new RpcException(_failure.Status, _failure);
        await using CancellationTokenRegistration cancel = CancelWith(cancellationToken);
        try
        {
            _reader ??= await OpenReaderAsync();
            return await _reader.ReadAsync(_call.Token) ?? await EndAsync();
        }
        catch (RpcException e)
        {
            await _call.CancelAsync();
            _failure = e;
            throw;
        }
        catch (Exception e) when (TransportFailure.Is(e))
        {
            bool late = _deadline.IsCancellationRequested;
            await _call.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            _caller.ThrowIfCancellationRequested();
            _failure = new RpcException(StatusOf(e, late), e);
            throw _failure;
        }
    }

    /// <summary>The messages up to the end of the call; fails as <see cref="ReadAsync"/> does.</summary>
    public async IAsyncEnumerable<TResponse> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken) is { } message)
            yield return message;
    }

    /// <summary>Ends the call; the server sees it cancelled (RST_STREAM) unless it had ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _call.CancelAsync();
        _requests.Abort();
        try
        {
            (await _response).Dispose();
            await (await _writer).DisposeAsync();
        }
        catch (Exception e) when (TransportFailure.Is(e))
        {
            // The call never came up; whoever read from it was told.
        }

        await _callerCancels.DisposeAsync();
        _deadline.Dispose();
    }

    private GrpcStatus StatusOf(Exception failure, bool late)
    {
        if (late)
            return new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "The deadline passed.");
        return _disposed ? new GrpcStatus(GrpcStatusCode.Cancelled, "The call was disposed.") : TransportFailure.StatusOf(failure);
    }

    private CancellationTokenRegistration CancelWith(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static call => ((CancellationTokenSource)call!).Cancel(), _call);

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        try
        {
            return await http.SendAsync(request, _call.Token);
        }
        catch
        {
            _requests.Abort();
            throw;
        }
    }

    private async Task<MessageWriter<TRequest>> OpenWriterAsync()
    {
        Stream stream = await _requests.Opened;
        return new MessageWriter<TRequest>(PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)), _method.MaxMessageSize);
    }

    private async Task<MessageReader<TResponse>> OpenReaderAsync()
    {
        HttpResponseMessage response = await _response;
        GrpcStatus head = ResponseStatus.OfHead(response);
        if (!head.IsOk)
            throw new RpcException(head);
        Stream stream = await response.Content.ReadAsStreamAsync(_call.Token);
        return new MessageReader<TResponse>(PipeReader.Create(stream), _method.ResponseParser, _method.MaxMessageSize);
    }

    private async ValueTask<TResponse?> EndAsync()
    {
        GrpcStatus status = ResponseStatus.OfEnd(await _response);
        return status.IsOk ? null : throw new RpcException(status);
    }
}
