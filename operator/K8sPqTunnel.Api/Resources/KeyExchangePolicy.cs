using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What a tunnel does when the peer offers no post-quantum key exchange.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyExchangePolicy>))]
public enum KeyExchangePolicy
{
    /// <summary>Refuse the tunnel.</summary>
    Required,

    /// <summary>Go on with classical key exchange, and say so in the status.</summary>
    Preferred,

    /// <summary>Never propose ML-KEM.</summary>
    Disabled,
}
