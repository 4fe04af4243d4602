using System.Text.Json.Serialization;

namespace K8sPqTunnel.Sidecar.State;

/// <summary>Who began an IKE SA.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IkeRole>))]
public enum IkeRole
{
    /// <summary>We did.</summary>
    Initiator,

    /// <summary>The peer did.</summary>
    Responder,
}
