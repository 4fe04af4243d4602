using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sPqTunnel.Bench.Results;

/// <summary>The format of <c>artifacts/bench/*.json</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<BenchResult>))]
[JsonSerializable(typeof(IReadOnlyList<GoalResult>))]
internal sealed partial class BenchJson : JsonSerializerContext;
