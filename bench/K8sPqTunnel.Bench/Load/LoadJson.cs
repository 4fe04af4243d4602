using System.Text.Json.Serialization;
using K8sPqTunnel.Bench.Respond;

namespace K8sPqTunnel.Bench.Load;

/// <summary>How orders and outcomes pass between the benchmark and its processes.</summary>
[JsonSerializable(typeof(LoadOrder))]
[JsonSerializable(typeof(LoadOutcome))]
[JsonSerializable(typeof(RespondOrder))]
internal sealed partial class LoadJson : JsonSerializerContext;
