namespace K8sPqTunnel.Grpc.Client;

/// <summary>What a client says beside the messages of one call.</summary>
public sealed record GrpcCallOptions
{
    /// <summary>Neither token, metadata nor time limit.</summary>
    public static GrpcCallOptions None { get; } = new();

    /// <summary>Sent as <c>authorization: Bearer …</c>; only over TLS or to the loopback. A secret. Null: none.</summary>
    public string? BearerToken { get; init; }

    /// <summary>Time from the start of the call to its end, both ends hold it; null, the default: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Further metadata with lower-case names in ASCII; empty by default.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    // A record prints its members; a token must never reach a log that way.
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append(nameof(Timeout)).Append(" = ").Append(Timeout);
        return true;
    }
}
