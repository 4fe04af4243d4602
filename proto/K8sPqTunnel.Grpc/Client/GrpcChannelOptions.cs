namespace K8sPqTunnel.Grpc.Client;

/// <summary>How a <see cref="GrpcChannel"/> reaches and trusts its server.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>
    /// PEM certificates of the authorities that may have issued the server's certificate, and no other authority: the old and the new one
    /// while an authority is replaced. Needed for an <c>https</c> address.
    /// </summary>
    public string? AuthorityPem { get; init; }

    /// <summary>The name that the server's certificate must carry; null, the default: the host of the address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Time for TCP and TLS to come up; 10 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that carries a call and was silent for this long is asked whether it lives (HTTP/2 PING); 20 s by default.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Without an answer to a PING in this time the connection's calls end with UNAVAILABLE; 10 s by default.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
