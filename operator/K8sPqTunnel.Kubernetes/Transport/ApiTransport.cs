using System.Buffers;
using System.Security.Authentication;
using System.Text.Json;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Leases;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Transport;

/// <summary>Sends requests with a deadline, waits when the server asks for it, and turns refusals into exceptions.</summary>
internal sealed class ApiTransport(Uri server, HttpMessageHandler handler, KubernetesClientOptions options, WriteFence? fence = null) : IDisposable
{
    private const int MaxStatusBytes = 1024 * 1024;
    private const int FirstBuffer = 16 * 1024;

    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: fence is null);
    private readonly Uri _server = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");

    public KubernetesClientOptions Options => options;

    /// <summary>Sends and reads the whole answer.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="read">Takes the answer, which is gone when it returns.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KubernetesException">The server refused, did not answer or answered too much.</exception>
    public Task<TResult> SendAsync<TResult>(ApiRequest request, Func<ReadOnlySpan<byte>, TResult> read, CancellationToken cancellationToken) =>
        AttemptAsync(
            request,
            async (response, deadline) =>
            {
                using (response)
                    return await ReadAsync(request, response, options.MaxResponseBytes, read, deadline);
            },
            cancellationToken);

    /// <summary>Sends and returns when the answer begins; the caller disposes it.</summary>
    /// <exception cref="KubernetesException">The server refused or did not answer.</exception>
    public Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        AttemptAsync(request, static (response, _) => Task.FromResult(response), cancellationToken);

    /// <summary>The same connections, whose writes pass only while the fence is open; to be disposed before this one.</summary>
    public ApiTransport FencedBy(WriteFence writeFence) => new(server, handler, options, writeFence);

    public void Dispose() => _invoker.Dispose();

    private async Task<TResult> AttemptAsync<TResult>(
        ApiRequest request, Func<HttpResponseMessage, CancellationToken, Task<TResult>> succeed, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            using var deadline = Deadline.After(LimitOf(request), options.TimeProvider, cancellationToken);
            try
            {
                var response = await SendOnceAsync(request, deadline.Token);
                if (response.IsSuccessStatusCode)
                    return await succeed(response, deadline.Token);

                using (response)
                    await WaitOrThrowAsync(await RefusalAsync(request, response, deadline.Token), attempt, cancellationToken);
            }
            catch (Exception e) when (IsUnreachable(e, cancellationToken))
            {
                throw Unreachable(request, e);
            }
        }
    }

    /// <exception cref="NotLeaderException">It is a write, and another may lead by now.</exception>
    private TimeSpan LimitOf(ApiRequest request)
    {
        if (fence is null || request.Method == HttpMethod.Get)
            return options.RequestTimeout;
        var remaining = fence.Remaining;
        if (remaining == TimeSpan.Zero)
            throw new NotLeaderException(request.ToString());
        return remaining < options.RequestTimeout ? remaining : options.RequestTimeout;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(_server, options.UserAgent);
        long started = options.TimeProvider.GetTimestamp();
        string code = "<error>";                                        // what client-go counts when no answer came
        try
        {
            var response = await _invoker.SendAsync(message, cancellationToken);
            code = ((int)response.StatusCode).ToString();
            return response;
        }
        finally
        {
            options.Metrics?.RestClient.Sent(request, _server, code, options.TimeProvider.GetElapsedTime(started));
        }
    }

    private async Task WaitOrThrowAsync(ApiException refusal, int attempt, CancellationToken cancellationToken)
    {
        bool mayRetry = refusal.Code is 429 or 503 && refusal.RetryAfter <= options.MaxRetryAfter && attempt < options.MaxRetries;
        if (!mayRetry)
            throw refusal;

        options.Metrics?.RestClient.Retried(refusal.Code, _server);
        await Task.Delay(refusal.RetryAfter!.Value, options.TimeProvider, cancellationToken);
    }

    private async Task<ApiException> RefusalAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = await ReadAsync(request, response, MaxStatusBytes, Status, cancellationToken);
        return new ApiException(request.ToString(), (int)response.StatusCode, status, RetryAfter(response, status));
    }

    private static ApiStatus? Status(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, KubernetesJson.Default.ApiStatus);
        }
        catch (JsonException)
        {
            return null;                                                  // not the API's words but a proxy's; the HTTP status says enough
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response, ApiStatus? status)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - options.TimeProvider.GetUtcNow(),
            _ => status?.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task<TResult> ReadAsync<TResult>(
        ApiRequest request, HttpResponseMessage response, int limit, Func<ReadOnlySpan<byte>, TResult> read, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit)
            throw TooLarge(request, limit);

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, (int)(response.Content.Headers.ContentLength ?? 0) + 1));
        int length = 0;
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is var octets and > 0)
            {
                length += octets;
                if (length > limit)
                    throw TooLarge(request, limit);
                if (length == buffer.Length)
                    buffer = Larger(buffer, length);
            }

            return read(buffer.AsSpan(0, length));
        }
        finally
        {
            Return(buffer, length);
        }
    }

    private static byte[] Larger(byte[] full, int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * length, Array.MaxLength));
        full.AsSpan(0, length).CopyTo(larger);
        Return(full, length);
        return larger;
    }

    // Cleared: Secrets come this way.
    private static void Return(byte[] buffer, int length)
    {
        buffer.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static ApiProtocolException TooLarge(ApiRequest request, int limit) =>
        new($"{request}: the answer has more than {limit} octets; ask for smaller pages.") { IsTooLarge = true };

    // A cancellation that the caller did not ask for is the deadline's, or the connect timeout's of the socket handler.
    private static bool IsUnreachable(Exception e, CancellationToken caller) =>
        e is HttpRequestException or IOException or ConfigurationException
        || (e is OperationCanceledException && !caller.IsCancellationRequested);

    private ApiUnreachableException Unreachable(ApiRequest request, Exception e)
    {
        string what = $"{request}: the API server {_server}";
        return new ApiUnreachableException(
            e switch
            {
                OperationCanceledException { InnerException: TimeoutException } => $"{what} accepted no connection in time.",
                OperationCanceledException => $"{what} did not answer within {options.RequestTimeout.TotalSeconds:0.#} s.",
                HttpRequestException { InnerException: AuthenticationException tls } =>
                    $"{what} could not prove itself: {tls.Message} Check the certificate authority of the connection.",
                ConfigurationException => $"{request}: {e.Message}",
                _ => $"{what} can't be reached: {e.Message}",
            },
            e);
    }
}
