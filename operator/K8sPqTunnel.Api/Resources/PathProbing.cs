using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Whether the path to the peer is probed for the size that it carries.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PathProbing>))]
public enum PathProbing
{
    /// <summary>Where the peer can be asked.</summary>
    Auto,

    /// <summary>Never.</summary>
    Disabled,
}
