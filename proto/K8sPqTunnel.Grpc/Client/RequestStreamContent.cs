using System.Net;

namespace K8sPqTunnel.Grpc.Client;

/// <summary>A request body that stays open: hands its stream to the call, and ends when the call says so.</summary>
internal sealed class RequestStreamContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The request's body once its head is on the way; cancelled if it never gets there.</summary>
    public Task<Stream> Opened => _opened.Task;

    /// <summary>Ends the body in order (END_STREAM): the half-close.</summary>
    public void Complete() => _ended.TrySetResult();

    /// <summary>Gives the body up; the HTTP/2 stream is reset unless the body had ended.</summary>
    public void Abort()
    {
        _opened.TrySetCanceled();
        _ended.TrySetCanceled();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            await stream.FlushAsync(cancellationToken);                  // the head goes out before the first message

            // A second invocation is the handler's retry on another connection. Messages may be lost with the first: fail instead.
            if (!_opened.TrySetResult(stream))
                throw new IOException("The connection was lost.");
            await _ended.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _opened.TrySetCanceled(CancellationToken.None);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
