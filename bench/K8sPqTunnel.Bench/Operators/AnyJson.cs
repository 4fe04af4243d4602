using System.Text.Json.Serialization;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>The JSON of the cluster's objects and of what the benchmark's two processes tell each other.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AnyObject))]
[JsonSerializable(typeof(OperatorOrder))]
[JsonSerializable(typeof(OperatorReply))]
internal sealed partial class AnyJson : JsonSerializerContext;
