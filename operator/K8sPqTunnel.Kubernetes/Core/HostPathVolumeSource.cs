namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>A path of the node.</summary>
public sealed record HostPathVolumeSource
{
    public required string Path { get; init; }

    /// <summary><c>CharDevice</c>, <c>Directory</c>, <c>File</c>, …: the kubelet checks it.</summary>
    public string? Type { get; init; }
}
