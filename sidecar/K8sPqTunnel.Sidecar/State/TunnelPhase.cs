using System.Text.Json.Serialization;

namespace K8sPqTunnel.Sidecar.State;

/// <summary>How far a tunnel has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TunnelPhase>))]
public enum TunnelPhase
{
    /// <summary>Nothing runs; clear traffic is blocked.</summary>
    Down,

    /// <summary>Nothing is up; the peer, or a packet, has to begin.</summary>
    Listening,

    /// <summary>IKE is under way.</summary>
    Connecting,

    /// <summary>The IKE SA and a child SA are up.</summary>
    Established,
}
