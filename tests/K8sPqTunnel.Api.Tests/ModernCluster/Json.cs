using System.Text.Json;
using System.Text.Json.Nodes;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>Reads JSON that stands in a test.</summary>
internal static class Json
{
    public static JsonElement Element(string json) => JsonDocument.Parse(json).RootElement;

    public static JsonArray Array(string json) => JsonNode.Parse(json)!.AsArray();
}
