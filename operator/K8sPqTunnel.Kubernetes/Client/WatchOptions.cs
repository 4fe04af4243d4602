namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>What a watch takes and how long it lasts.</summary>
public sealed record WatchOptions
{
    /// <inheritdoc cref="ListOptions.LabelSelector"/>
    public string? LabelSelector { get; init; }

    /// <inheritdoc cref="ListOptions.FieldSelector"/>
    public string? FieldSelector { get; init; }

    /// <summary>The state to go on from, of a list or an earlier event.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>When the server ends the watch; null draws 240 to 290 s, so that many watches don't come back at once.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long after <see cref="Timeout"/> without a single octet the connection counts as dead.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);
}
