using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>The weakest parameter set of ML-KEM (FIPS 203) that a policy allows, weakest first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyExchangeMinimum>))]
public enum KeyExchangeMinimum
{
    /// <summary>ML-KEM-512, security category 1.</summary>
    MlKem512,

    /// <summary>ML-KEM-768, security category 3.</summary>
    MlKem768,

    /// <summary>ML-KEM-1024, security category 5.</summary>
    MlKem1024,
}
