using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What the ends of a tunnel must at least prove themselves with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuthenticationMinimum>))]
public enum AuthenticationMinimum
{
    /// <summary>Whatever the tunnel says.</summary>
    Any,

    /// <summary>A pre-shared key, or a required PPK beside certificates (RFC 8784).</summary>
    SymmetricKey,
}
