namespace K8sPqTunnel.Lab.Daemon;

/// <summary>What the lab reads of <c>pqtunnel status --json</c>; a reader of its own, as a user's script would be.</summary>
public sealed record TunnelStatus
{
    public required bool Ready { get; init; }

    public required string Phase { get; init; }

    public string? Peer { get; init; }

    public string? Local { get; init; }

    public string? Transport { get; init; }

    public long Moves { get; init; }

    public string? Dataplane { get; init; }

    public int Mtu { get; init; }

    public int PathMtu { get; init; }

    public IkeStatus? Ike { get; init; }

    public IReadOnlyList<ChildStatus> Children { get; init; } = [];

    public IReadOnlyList<RekeyStatus> Rekeys { get; init; } = [];

    public ProbeStatus? Probe { get; init; }

    public CounterStatus Counters { get; init; } = new(0, 0, new Dictionary<string, long>());

    public FailureStatus? LastError { get; init; }
}
