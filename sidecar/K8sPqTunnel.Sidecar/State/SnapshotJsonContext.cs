using System.Text.Json.Serialization;

namespace K8sPqTunnel.Sidecar.State;

/// <summary>JSON of what the daemon tells, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TunnelSnapshot))]
[JsonSerializable(typeof(TunnelSnapshot[]))]
public sealed partial class SnapshotJsonContext : JsonSerializerContext;
