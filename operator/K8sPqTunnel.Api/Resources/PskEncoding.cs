using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>How a Secret's value becomes the octets of a pre-shared key.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PskEncoding>))]
public enum PskEncoding
{
    /// <summary>The value's own octets.</summary>
    Text,

    /// <summary>Hexadecimal digits, after 0x or without it.</summary>
    Hex,

    /// <summary>Base64 (RFC 4648 4), after strongSwan's 0s or without it.</summary>
    Base64,
}
