using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>How this end's RSA key signs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RsaSignatureChoice>))]
public enum RsaSignatureChoice
{
    /// <summary>RSASSA-PSS with SHA-2.</summary>
    Pss,

    /// <summary>PKCS #1 v1.5 with SHA-2.</summary>
    Pkcs1,

    /// <summary>RSASSA-PSS, and PKCS #1 v1.5 with SHA-1 towards and from a peer without RFC 7427.</summary>
    Sha1,
}
