using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>How packets are chosen for the tunnel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrafficMode>))]
public enum TrafficMode
{
    /// <summary>By their addresses: the traffic selectors are the policy.</summary>
    Policy,

    /// <summary>By routes into an interface of the tunnel's own; the traffic selectors are all addresses, or what the peer wants.</summary>
    Route,
}
