using System.Diagnostics.Metrics;

namespace K8sPqTunnel.Kubernetes.Telemetry;

/// <summary>The meter that the client's, the informers' and the work queues' instruments hang on.</summary>
public static class KubernetesMeter
{
    /// <summary>The name to subscribe to, in OpenTelemetry by <c>AddMeter</c>.</summary>
    public const string Name = "K8sPqTunnel.Kubernetes";

    internal static Meter Shared { get; } = new(Name);
}
