namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>The keys of a Secret as files.</summary>
public sealed record SecretVolumeSource
{
    public required string SecretName { get; init; }

    public IReadOnlyList<KeyToPath>? Items { get; init; }

    /// <summary>File mode; 256 is 0400.</summary>
    public int? DefaultMode { get; init; }

    public bool? Optional { get; init; }
}
