using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>With which exchange a postquantum preshared key goes into the keys.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PpkExchange>))]
public enum PpkExchange
{
    /// <summary>IKE_INTERMEDIATE where the peer can (RFC 9867), else IKE_AUTH.</summary>
    Intermediate,

    /// <summary>IKE_AUTH (RFC 8784).</summary>
    Auth,
}
