using Google.Protobuf;

namespace K8sPqTunnel.Grpc;

/// <summary>Describes one method of a service to both ends: its path, its message types and how large a message may be.</summary>
/// <typeparam name="TRequest">What the client sends.</typeparam>
/// <typeparam name="TResponse">What the server sends.</typeparam>
/// <param name="service">Full name of the service, for example <c>pqtunnel.v1.TunnelControl</c>.</param>
/// <param name="name">Name of the method, for example <c>Session</c>.</param>
/// <param name="requestParser">Reads a request from its bytes.</param>
/// <param name="responseParser">Reads a response from its bytes.</param>
/// <param name="maxMessageSize">Largest accepted message in either direction, in bytes, without the five-byte prefix.</param>
public sealed class GrpcMethod<TRequest, TResponse>(
    string service,
    string name,
    MessageParser<TRequest> requestParser,
    MessageParser<TResponse> responseParser,
    int maxMessageSize = GrpcMethod<TRequest, TResponse>.DefaultMaxMessageSize)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>4 MiB, the limit that gRPC implementations agree on.</summary>
    public const int DefaultMaxMessageSize = 4 * 1024 * 1024;

    /// <summary>The <c>:path</c> of a call: <c>/service/method</c>.</summary>
    public string Path { get; } = $"/{service}/{name}";

    /// <summary>Largest accepted message in either direction, in bytes.</summary>
    public int MaxMessageSize { get; } = maxMessageSize;

    internal MessageParser<TRequest> RequestParser { get; } = requestParser;

    internal MessageParser<TResponse> ResponseParser { get; } = responseParser;
}
