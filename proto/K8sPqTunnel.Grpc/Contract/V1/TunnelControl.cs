namespace K8sPqTunnel.Grpc.Contract.V1;

/// <summary>The methods of the service <c>pqtunnel.v1.TunnelControl</c> (<c>proto/pqtunnel/v1/tunnel_control.proto</c>).</summary>
public static class TunnelControl
{
    // A report with its few child SAs is some 2 KiB; this leaves room for hundreds of traffic selectors.
    private const int MaxMessageSize = 256 * 1024;

    /// <summary>One tunnel's session between its daemon (client) and the operator (server).</summary>
    public static GrpcMethod<DaemonMessage, OperatorMessage> Session { get; } =
        new("pqtunnel.v1.TunnelControl", "Session", DaemonMessage.Parser, OperatorMessage.Parser, MaxMessageSize);
}
