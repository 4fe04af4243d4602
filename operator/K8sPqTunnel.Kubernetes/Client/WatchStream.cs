using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Transport;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The running answer of a watch, split into lines; silence for longer than a watch lasts counts as a dead connection.</summary>
internal sealed class WatchStream<T> : IAsyncDisposable
    where T : class, IKubernetesObject
{
    private readonly ResourceKind<T> _kind;
    private readonly string _request;
    private readonly HttpResponseMessage _response;
    private readonly PipeReader _lines;
    private readonly Deadline _silence;
    private readonly TimeSpan _maxSilence;
    private readonly int _maxLine;
    private readonly CancellationToken _caller;

    private WatchStream(
        ResourceKind<T> kind,
        ApiRequest request,
        HttpResponseMessage response,
        Stream lines,
        TimeSpan maxSilence,
        KubernetesClientOptions options,
        CancellationToken caller)
    {
        _kind = kind;
        _request = request.ToString();
        _response = response;
        _lines = PipeReader.Create(lines);
        _silence = Deadline.After(maxSilence, options.TimeProvider, caller);
        _maxSilence = maxSilence;
        _maxLine = options.MaxWatchEventBytes;
        _caller = caller;
    }

    public static async Task<WatchStream<T>> OpenAsync(
        ApiTransport transport, ApiRequest request, ResourceKind<T> kind, TimeSpan maxSilence, CancellationToken cancellationToken)
    {
        var response = await transport.OpenAsync(request, cancellationToken);
        var lines = await response.Content.ReadAsStreamAsync(cancellationToken);
        return new WatchStream<T>(kind, request, response, lines, maxSilence, transport.Options, cancellationToken);
    }

    /// <returns>The next event, or null when the server has ended the watch between two events.</returns>
    /// <exception cref="KubernetesException">The connection broke or fell silent, the server sent an error, or a line is bad.</exception>
    public async Task<WatchEvent<T>?> NextAsync()
    {
        while (true)
        {
            var read = await ReadAsync();
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                var next = line.IsEmpty ? (WatchEvent<T>?)null : Parse(line);
                _lines.AdvanceTo(buffer.GetPosition(1, end));
                if (next is not null)
                    return next;
                continue;
            }

            if (read.IsCompleted)
            {
                return buffer.IsEmpty
                    ? null
                    : throw new ApiProtocolException($"{_request}: the watch ended inside an event.");
            }

            if (buffer.Length > _maxLine)
                throw new ApiProtocolException($"{_request}: an event of the watch has more than {_maxLine} octets.");

            _lines.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.CompleteAsync();
        _response.Dispose();
        _silence.Dispose();
    }

    private async ValueTask<ReadResult> ReadAsync()
    {
        try
        {
            _silence.Restart(_maxSilence);
            return await _lines.ReadAsync(_silence.Token);
        }
        catch (OperationCanceledException e) when (!_caller.IsCancellationRequested)
        {
            throw new ApiUnreachableException($"{_request}: the watch was silent for {_maxSilence.TotalSeconds:0} s.", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ApiUnreachableException($"{_request}: the watch broke: {e.Message}", e);
        }
    }

    private WatchEvent<T> Parse(in ReadOnlySequence<byte> line)
    {
        try
        {
            return WatchEventReader.Read(line.IsSingleSegment ? line.FirstSpan : line.ToArray(), _kind, _request);
        }
        catch (JsonException e)
        {
            throw new ApiProtocolException($"{_request}: an event of the watch can't be read: {e.Message}", e);
        }
    }
}
