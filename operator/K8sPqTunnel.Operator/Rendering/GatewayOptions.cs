namespace K8sPqTunnel.Operator.Rendering;

/// <summary>What is the same for the gateway pods of all tunnels.</summary>
/// <param name="Image">The daemon's image.</param>
/// <param name="OperatorUrl">Where the daemon reports to; a name that the operator's certificate carries.</param>
internal sealed record GatewayOptions(string Image, Uri OperatorUrl)
{
    /// <summary>Variables that have the daemon send its metrics by OTLP; none where nobody collects.</summary>
    public IReadOnlyDictionary<string, string> Telemetry { get; init; } = new Dictionary<string, string>();
}
