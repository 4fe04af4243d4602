using System.Text.Json.Serialization;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Status;

namespace K8sPqTunnel.Api;

/// <summary>The resources' JSON, generated at build time: camelCase names, nulls left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IpsecTunnel))]
[JsonSerializable(typeof(IpsecTunnelStatus))]
[JsonSerializable(typeof(IpsecGateway))]
[JsonSerializable(typeof(IpsecGatewayStatus))]
[JsonSerializable(typeof(PostQuantumPolicy))]
[JsonSerializable(typeof(PostQuantumPolicyStatus))]
public sealed partial class ApiJsonContext : JsonSerializerContext;
