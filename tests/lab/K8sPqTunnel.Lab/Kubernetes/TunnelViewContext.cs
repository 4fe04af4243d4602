using System.Text.Json.Serialization;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>JSON of an IpsecTunnel's status, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TunnelView))]
internal sealed partial class TunnelViewContext : JsonSerializerContext;
