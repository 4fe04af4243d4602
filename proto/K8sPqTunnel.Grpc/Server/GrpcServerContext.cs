using System.Net;
using Microsoft.AspNetCore.Http;

namespace K8sPqTunnel.Grpc.Server;

/// <summary>What a handler may know of the call that it serves.</summary>
public sealed class GrpcServerContext
{
    private const string BearerScheme = "Bearer ";

    private readonly HttpContext _http;

    internal GrpcServerContext(HttpContext http, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        _http = http;
        Timeout = timeout;
        CancellationToken = cancellationToken;
    }

    /// <summary>The metadata that the client sent, under lower-case names.</summary>
    public IHeaderDictionary Metadata => _http.Request.Headers;

    /// <summary>The token of <c>authorization: Bearer …</c> (RFC 6750 2.1), or null without one. A secret: never log it.</summary>
    public string? BearerToken
    {
        get
        {
            string? value = _http.Request.Headers.Authorization;
            return value?.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase) == true ? value[BearerScheme.Length..].Trim() : null;
        }
    }

    /// <summary>The client's address and port, for logs.</summary>
    public string Peer => _http.Connection.RemoteIpAddress is { } address
        ? new IPEndPoint(address, _http.Connection.RemotePort).ToString()
        : "a local socket";

    /// <summary>The client's address alone; empty on a local socket.</summary>
    public string PeerAddress => _http.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>The time that the client gave the call from its start; null for no limit.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Cancelled when the client gives up or goes away, at the deadline, when the server stops, and after the handler returned.</summary>
    public CancellationToken CancellationToken { get; }
}
