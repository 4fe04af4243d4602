using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>How a tunnel's networks become child SAs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrafficSelectors>))]
public enum TrafficSelectors
{
    /// <summary>One child SA carries all networks.</summary>
    Combined,

    /// <summary>Each pair of a local and a remote network has a child SA of its own.</summary>
    PerPair,
}
