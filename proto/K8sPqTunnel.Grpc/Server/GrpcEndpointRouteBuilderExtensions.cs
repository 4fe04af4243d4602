using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Grpc.Server;

/// <summary>Maps gRPC methods to handlers in endpoint routing.</summary>
/// <remarks>
/// A handler answers an error by throwing <see cref="RpcException"/>, a streaming one also by returning its status. Any other exception
/// is logged and reaches the client as UNKNOWN without its text. When the host stops, calls are cancelled and answered with UNAVAILABLE.
/// </remarks>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Serves a method with a stream in each direction.</summary>
    public static IEndpointConventionBuilder MapGrpcBidi<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<GrpcRequestStream<TRequest>, GrpcResponseStream<TResponse>, GrpcServerContext, Task<GrpcStatus>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ILogger logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("K8sPqTunnel.Grpc.Server");
        CancellationToken stopping = endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var call = new ServerCall<TRequest, TResponse>(method, handler, logger, stopping);
        return endpoints.MapPost(method.Path, call.InvokeAsync);
    }

    /// <summary>Serves a method that takes one message and answers with a stream.</summary>
    public static IEndpointConventionBuilder MapGrpcServerStreaming<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcResponseStream<TResponse>, GrpcServerContext, Task<GrpcStatus>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        endpoints.MapGrpcBidi(method, async (requests, responses, context) =>
            await handler(await ReadSingleAsync(requests), responses, context));

    /// <summary>Serves a method that takes a stream and answers with one message.</summary>
    public static IEndpointConventionBuilder MapGrpcClientStreaming<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<GrpcRequestStream<TRequest>, GrpcServerContext, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        endpoints.MapGrpcBidi(method, async (requests, responses, context) =>
        {
            await responses.WriteAsync(await handler(requests, context));
            return GrpcStatus.Ok;
        });

    /// <summary>Serves a method that takes one message and answers with one.</summary>
    public static IEndpointConventionBuilder MapGrpcUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcServerContext, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        endpoints.MapGrpcClientStreaming(method, async (requests, context) =>
            await handler(await ReadSingleAsync(requests), context));

    // A call of these shapes carries exactly one request; anything else is the client's fault (doc/statuscodes.md: INTERNAL).
    private static async ValueTask<TRequest> ReadSingleAsync<TRequest>(GrpcRequestStream<TRequest> requests)
        where TRequest : class, IMessage<TRequest>
    {
        TRequest request = await requests.ReadAsync()
            ?? throw new RpcException(GrpcStatusCode.Internal, "The call carries no request message.");
        return await requests.ReadAsync() is null
            ? request
            : throw new RpcException(GrpcStatusCode.Internal, "The call carries more than one request message.");
    }
}
