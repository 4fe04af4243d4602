using System.Text.Json.Serialization;

namespace K8sPqTunnel.Lab.Images.Bills;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(SpdxDocument))]
internal sealed partial class SpdxContext : JsonSerializerContext;
