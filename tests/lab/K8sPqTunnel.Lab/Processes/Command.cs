namespace K8sPqTunnel.Lab.Processes;

/// <summary>A program with its arguments, each passed as it is: no shell stands between.</summary>
/// <remarks>Secrets never belong into the arguments: every user of the machine can read them.</remarks>
public sealed record Command(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Variables on top of the inherited ones (on the host) or of the sandbox's own few.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? WorkingDirectory { get; init; }

    /// <summary>What it reads on its standard input, or null for nothing.</summary>
    public string? Input { get; init; }

    /// <summary>Its standard input stays open for <see cref="RunningCommand.WriteLineAsync"/>.</summary>
    public bool KeepsInputOpen { get; init; }

    /// <summary>Where both output streams are written to as well, or null.</summary>
    public string? LogFile { get; init; }

    /// <summary>Runs it on the host to its end; cancelling kills it and its children.</summary>
    public Task<CommandResult> RunAsync(CancellationToken cancellationToken) => Start().FinishAsync(cancellationToken);

    /// <summary>Starts it on the host.</summary>
    /// <exception cref="LabException">There is no such program.</exception>
    public RunningCommand Start() => RunningCommand.Start(this);

    public override string ToString() => string.Join(' ', [Program, .. Arguments]);
}
