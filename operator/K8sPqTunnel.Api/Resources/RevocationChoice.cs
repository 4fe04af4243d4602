using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What to make of a peer's certificate that says where its revocation can be looked up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RevocationChoice>))]
public enum RevocationChoice
{
    /// <summary>Look it up; take the certificate where nobody answers.</summary>
    Soft,

    /// <summary>Look it up; refuse the certificate where nobody answers.</summary>
    Strict,

    /// <summary>Do not look it up.</summary>
    Off,
}
