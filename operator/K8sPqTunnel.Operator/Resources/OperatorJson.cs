using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Operator.Admission;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>The JSON of the operator's own kinds, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(PooledStringConverter)])]
[JsonSerializable(typeof(TunnelResource))]
[JsonSerializable(typeof(GatewayResource))]
[JsonSerializable(typeof(ObservedSecret))]
[JsonSerializable(typeof(PolicyResource))]
[JsonSerializable(typeof(WebhookConfiguration))]
[JsonSerializable(typeof(AdmissionReview))]
internal sealed partial class OperatorJson : JsonSerializerContext;
