using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using K8sPqTunnel.Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Grpc.Server;

/// <summary>Serves the calls of one method: checks the request's head, runs the handler, sends its status (gRPC: doc/PROTOCOL-HTTP2.md).</summary>
/// <remarks>Every shape of call is a bidirectional stream on the wire, so there is one handler type here.</remarks>
internal sealed class ServerCall<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<GrpcRequestStream<TRequest>, GrpcResponseStream<TResponse>, GrpcServerContext, Task<GrpcStatus>> handler,
    ILogger logger,
    CancellationToken stopping)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!HttpProtocol.IsHttp2(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        if (!GrpcHeaders.IsProtobuf(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        http.Response.ContentType = GrpcHeaders.ContentType;
        http.Response.Headers[GrpcHeaders.AcceptEncoding] = GrpcHeaders.Identity;
        GrpcStatus status = CheckHead(http.Request, out TimeSpan? timeout);
        if (status.IsOk)
            status = await RunAsync(http, timeout);
        if (!http.RequestAborted.IsCancellationRequested)
            SendStatus(http.Response, status);
        GrpcServerLog.CallEnded(logger, method.Path, $"{http.Connection.RemoteIpAddress}", status.Code, status.Detail);
    }

    private static GrpcStatus CheckHead(HttpRequest request, out TimeSpan? timeout)
    {
        timeout = null;

        // "te: trailers" is how a client shows that no proxy between would drop the trailers, and the status with them.
        if (!string.Equals(request.Headers.TE, GrpcHeaders.Trailers, StringComparison.OrdinalIgnoreCase))
            return new GrpcStatus(GrpcStatusCode.Internal, "The request lacks the header te: trailers.");

        string? header = request.Headers[GrpcHeaders.Timeout];
        if (header is null)
            return GrpcStatus.Ok;
        if (!GrpcTimeout.TryParse(header, out TimeSpan parsed))
            return new GrpcStatus(GrpcStatusCode.Internal, "The header grpc-timeout is not one to eight digits and a unit.");
        timeout = parsed;
        return GrpcStatus.Ok;
    }

    private async Task<GrpcStatus> RunAsync(HttpContext http, TimeSpan? timeout)
    {
        LiftBodyLimits(http.Features);
        using CancellationTokenSource deadline = CallDeadline.Start(timeout);
        using var call = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, deadline.Token, stopping);
        var requests = new GrpcRequestStream<TRequest>(new(http.Request.BodyReader, method.RequestParser, method.MaxMessageSize), call.Token);
        var writer = new MessageWriter<TResponse>(http.Response.BodyWriter, method.MaxMessageSize);
        var responses = new GrpcResponseStream<TResponse>(writer, call.Token);
        try
        {
            return await RunHandlerAsync(requests, responses, new GrpcServerContext(http, timeout, call.Token));
        }
        catch (OperationCanceledException)
        {
            return WhyCancelled(deadline.Token);
        }
        finally
        {
            // Whatever the handler left running must not touch the pipes again: Kestrel gives them to another call.
            await call.CancelAsync();
            await writer.DisposeAsync();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The boundary between a handler and the wire: a defect ends its call, is logged whole, and tells the client nothing of the inside.")]
    private async Task<GrpcStatus> RunHandlerAsync(
        GrpcRequestStream<TRequest> requests, GrpcResponseStream<TResponse> responses, GrpcServerContext context)
    {
        try
        {
            return await handler(requests, responses, context);
        }
        catch (RpcException e)
        {
            return e.Status;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            GrpcServerLog.HandlerFailed(logger, method.Path, e);
            return new GrpcStatus(GrpcStatusCode.Unknown, "The server failed; its log says how.");
        }
    }

    private GrpcStatus WhyCancelled(CancellationToken deadline)
    {
        if (deadline.IsCancellationRequested)
            return new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "The deadline passed.");
        if (stopping.IsCancellationRequested)
            return new GrpcStatus(GrpcStatusCode.Unavailable, "The server is stopping.");
        return new GrpcStatus(GrpcStatusCode.Cancelled, "The call was cancelled.");
    }

    // A session lives for days and may be silent for hours: what bounds a call is the size of its messages and HTTP/2's flow control.
    private static void LiftBodyLimits(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    // Before the first message the status goes into the only HEADERS frame ("Trailers-Only"), after it into the trailers.
    private static void SendStatus(HttpResponse response, GrpcStatus status)
    {
        string code = ((int)status.Code).ToString();
        string message = PercentEncoding.Encode(status.Detail ?? "");
        if (response.HasStarted)
        {
            response.AppendTrailer(GrpcHeaders.Status, code);
            if (message.Length > 0)
                response.AppendTrailer(GrpcHeaders.Message, message);
            return;
        }

        response.Headers[GrpcHeaders.Status] = code;
        if (message.Length > 0)
            response.Headers[GrpcHeaders.Message] = message;
    }
}
