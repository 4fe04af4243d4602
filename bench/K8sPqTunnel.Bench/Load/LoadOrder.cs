namespace K8sPqTunnel.Bench.Load;

/// <summary>What a load generator has to do.</summary>
internal sealed record LoadOrder
{
    /// <summary>Index into <see cref="Suites.Trial.All"/>.</summary>
    public required int Trial { get; init; }

    /// <summary>Where <see cref="Credentials.BenchAuthority"/> has put keys and certificates.</summary>
    public required string Credentials { get; init; }

    public required string LocalAddress { get; init; }

    public required string RemoteAddress { get; init; }

    /// <summary>Handshakes before the measurement: the code gets compiled, caches get warm.</summary>
    public required int WarmUp { get; init; }

    /// <summary>Handshakes that are measured.</summary>
    public required int Count { get; init; }

    /// <summary>Handshakes under way at a time: more than one, so that the responder never waits for the load.</summary>
    public required int Window { get; init; }

    /// <summary>The responder, whose CPU time is read at the beginning and end of the measurement.</summary>
    public required int ResponderProcess { get; init; }

    /// <summary>Numbers of established SAs, warm-up included, at which the responder's memory is read.</summary>
    public required IReadOnlyList<int> MemoryAt { get; init; }
}
