using System.Text.Json.Serialization;

namespace K8sPqTunnel.Lab.Daemon;

/// <summary>JSON of <c>pqtunnel status --json</c>, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TunnelStatus))]
internal sealed partial class TunnelStatusContext : JsonSerializerContext;
