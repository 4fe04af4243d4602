using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Which end begins.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StartAction>))]
public enum StartAction
{
    /// <summary>This one, at once and after every loss; the peer may too.</summary>
    Start,

    /// <summary>This one, when a packet wants to go through the tunnel; the peer may too.</summary>
    Trap,

    /// <summary>The peer.</summary>
    None,
}
