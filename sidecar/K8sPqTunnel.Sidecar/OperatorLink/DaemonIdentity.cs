using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>Who calls the operator: which resource the daemon runs, and which process it is.</summary>
public sealed record DaemonIdentity
{
    public required string TunnelNamespace { get; init; }

    public required string TunnelName { get; init; }

    /// <summary>metadata.uid of the resource; empty outside Kubernetes.</summary>
    public required string TunnelUid { get; init; }

    /// <summary>metadata.generation of the resource that the daemon was started with.</summary>
    public required long Generation { get; init; }

    public required string OpenSslVersion { get; init; }

    /// <summary>Drawn when the process starts, so that the operator tells a restart from a reconnect.</summary>
    public string InstanceId { get; } = Guid.NewGuid().ToString("N");

    internal Hello Hello(OperatorLinkOptions options) => new()
    {
        TunnelNamespace = TunnelNamespace,
        TunnelName = TunnelName,
        TunnelUid = TunnelUid,
        DaemonVersion = typeof(DaemonIdentity).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "",
        InstanceId = InstanceId,
        PodName = options.PodName,
        NodeName = options.NodeName,
        OpensslVersion = OpenSslVersion,
        ObservedGeneration = Generation,
    };
}
