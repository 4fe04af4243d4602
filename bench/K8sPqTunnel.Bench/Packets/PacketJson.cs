using System.Text.Json.Serialization;

namespace K8sPqTunnel.Bench.Packets;

/// <summary>How orders and outcomes pass between the benchmark and the sender.</summary>
[JsonSerializable(typeof(PacketOrder))]
[JsonSerializable(typeof(PacketOutcome))]
internal sealed partial class PacketJson : JsonSerializerContext;
