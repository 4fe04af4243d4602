using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using K8sPqTunnel.Grpc.Tls;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Client;

/// <summary>Makes gRPC calls to one server, over as few HTTP/2 connections as their number needs. Connects at the first call.</summary>
/// <remarks>Safe for any number of threads. A call that fails is not repeated: the caller decides, with back-off.</remarks>
public sealed class GrpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;
    private readonly string? _serverName;

    /// <summary>Prepares calls to <paramref name="address"/>.</summary>
    /// <param name="address"><c>https://host:port</c> for TLS 1.3, or <c>http://host:port</c> for HTTP/2 in clear text (tests).</param>
    /// <param name="options">Whom to trust, and how long to wait.</param>
    /// <exception cref="ArgumentException">The address is neither, or is <c>https</c> and no authority is given, or the PEM holds no certificate.</exception>
    public GrpcChannel(Uri address, GrpcChannelOptions options)
    {
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            throw new ArgumentException($"The address of a gRPC server starts with https:// or http://, not with {address.Scheme}://.", nameof(address));

        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAliveInterval,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (address.Scheme == Uri.UriSchemeHttps)
            handler.SslOptions = PinnedAuthority.ClientOptions(options.AuthorityPem);
        _http = new HttpMessageInvoker(handler);
        _address = address;
        _serverName = options.ServerName;
    }

    /// <summary>Starts a call with a stream in each direction.</summary>
    /// <exception cref="ArgumentException">The options hold a name that metadata can't have, or a token for a server in clear text.</exception>
    public GrpcDuplexCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcCallOptions options, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(_http, BuildRequest(method.Path, options), method, options.Timeout, cancellationToken);

    /// <summary>Starts a call that sends a stream and gets one answer.</summary>
    /// <inheritdoc cref="Duplex" path="/exception"/>
    public GrpcClientStreamingCall<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, GrpcCallOptions options, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(Duplex(method, options, cancellationToken));

    /// <summary>Sends one message and yields the answers.</summary>
    /// <exception cref="RpcException">While enumerating: the call ended with a status other than OK.</exception>
    /// <inheritdoc cref="Duplex" path="/exception"/>
    public async IAsyncEnumerable<TResponse> ServerStreamingAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        await using GrpcDuplexCall<TRequest, TResponse> call = Duplex(method, options, cancellationToken);
        await call.WriteAsync(request, cancellationToken);               // false: the first read says why
        call.CompleteRequests();
        await foreach (TResponse response in call.ReadAllAsync(cancellationToken))
            yield return response;
    }

    /// <summary>Sends one message and returns the answer.</summary>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <inheritdoc cref="Duplex" path="/exception"/>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, GrpcCallOptions options, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        await using GrpcClientStreamingCall<TRequest, TResponse> call = ClientStreaming(method, options, cancellationToken);
        await call.WriteAsync(request, cancellationToken);               // false: the answer says why
        return await call.CompleteAsync(cancellationToken);
    }

    /// <summary>Closes the connections; calls in progress end.</summary>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage BuildRequest(string path, GrpcCallOptions options)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = _serverName;                              // also the name that TLS asks for and checks
        request.Headers.TryAddWithoutValidation(GrpcHeaders.Te, GrpcHeaders.Trailers);
        request.Headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GrpcHeaders.Identity);
        if (options.Timeout is { } timeout)
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Format(timeout));
        if (options.BearerToken is { } token)
        {
            if (_address.Scheme != Uri.UriSchemeHttps && !_address.IsLoopback)
                throw new ArgumentException($"A bearer token goes to {_address} only over https.", nameof(options));
            request.Headers.Add("authorization", $"Bearer {token}");
        }

        foreach ((string name, string value) in options.Metadata)
        {
            // doc/PROTOCOL-HTTP2.md: names under grpc- are the protocol's; a -bin name would promise base64.
            if (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) || name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase))
                throw new ArgumentException($"\"{name}\" is not a name for text metadata.", nameof(options));
            request.Headers.Add(name, value);
        }

        return request;
    }
}
