using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AnyObject))]
internal sealed partial class AnyJson : JsonSerializerContext;
