using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>Who calls the operator: which gateway the daemon is, and which process.</summary>
/// <param name="Namespace">Of the gateway and its tunnels.</param>
/// <param name="Gateway">Name of its ReplicaSet and service account.</param>
/// <param name="OpenSslVersion">For example 3.5.7.</param>
internal sealed record GatewayIdentity(string Namespace, string Gateway, string OpenSslVersion)
{
    /// <summary>Drawn when the process starts, so that the operator tells a restart from a reconnect.</summary>
    public string InstanceId { get; } = Guid.NewGuid().ToString("N");

    public Hello Hello(OperatorLinkOptions options, IEnumerable<HeldTunnel> held) => new()
    {
        Namespace = Namespace,
        Gateway = Gateway,
        DaemonVersion = typeof(GatewayIdentity).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "",
        InstanceId = InstanceId,
        PodName = options.PodName,
        NodeName = options.NodeName,
        OpensslVersion = OpenSslVersion,
        Tunnels = { held },
    };
}
