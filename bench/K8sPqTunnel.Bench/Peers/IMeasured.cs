namespace K8sPqTunnel.Bench.Peers;

/// <summary>A running daemon that a benchmark looks at from outside; disposing ends it without a word to its peers.</summary>
internal interface IMeasured : IAsyncDisposable
{
    int ProcessId { get; }

    /// <summary>Name and version.</summary>
    string Version { get; }
}
