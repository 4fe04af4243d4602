namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>What is set about the size of a tunnel's packets; what is not set is found out.</summary>
public sealed record SizePolicy
{
    /// <summary>The tunnel's MTU in octets, whatever the path carries: what does not fit is fragmented outside. Null: what fits.</summary>
    public int? Inner { get; init; }

    /// <summary>The largest packet outside in octets, if the path is known to carry no more than that; null where nothing is known.</summary>
    public int? Path { get; init; }

    /// <summary>TCP connections through the tunnel are told what fits.</summary>
    public bool ClampsMss { get; init; } = true;

    /// <summary>The largest segment that they are told, in octets; null for what fits.</summary>
    public int? Mss { get; init; }
}
