using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What an end of a tunnel proves itself with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProofMethod>))]
public enum ProofMethod
{
    Psk,
    Certificate,
}
