using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Whether a network card encrypts the packets instead of the processor.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HardwareOffload>))]
public enum HardwareOffload
{
    /// <summary>The processor does.</summary>
    Disabled,

    /// <summary>The card where it can, otherwise the processor.</summary>
    Auto,

    /// <summary>The card, or no tunnel.</summary>
    Required,
}
