using System.Text.Json.Serialization;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>The JSON of the operator's own kinds, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TunnelResource))]
[JsonSerializable(typeof(GatewayResource))]
[JsonSerializable(typeof(ObservedSecret))]
internal sealed partial class OperatorJson : JsonSerializerContext;
