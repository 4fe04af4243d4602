using System.Text.Json.Serialization;

namespace K8sPqTunnel.Operator.Tests.Cluster;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClusterObject))]
[JsonSerializable(typeof(TokenRequest))]
internal sealed partial class ClusterJson : JsonSerializerContext;
