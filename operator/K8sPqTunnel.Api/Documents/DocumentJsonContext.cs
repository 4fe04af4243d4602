using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Documents;

/// <summary>The JSON of what may stand in a file beside tunnels.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SecretManifest))]
internal sealed partial class DocumentJsonContext : JsonSerializerContext;
