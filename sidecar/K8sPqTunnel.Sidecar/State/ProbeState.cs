using System.Text.Json.Serialization;

namespace K8sPqTunnel.Sidecar.State;

/// <summary>What the probe inside the tunnel says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeState>))]
public enum ProbeState
{
    /// <summary>No probe is configured, or none was sent yet.</summary>
    Unprobed,

    /// <summary>The target answers.</summary>
    Healthy,

    /// <summary>The target stopped answering, or never did.</summary>
    Unhealthy,
}
