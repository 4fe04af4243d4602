using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>A change to an object: JSON in one of the three forms that the API takes for every kind.</summary>
public readonly struct Patch
{
    private Patch(string contentType, byte[] body)
    {
        ContentType = contentType;
        Body = body;
    }

    internal string ContentType { get; }

    internal byte[] Body { get; }

    /// <summary>A JSON merge patch (RFC 7396): null removes, lists are replaced whole.</summary>
    public static Patch Merge(JsonObject patch) => new("application/merge-patch+json", Bytes(patch));

    /// <summary>A JSON patch (RFC 6902): operations that all succeed or none.</summary>
    public static Patch Json(JsonArray operations) => new("application/json-patch+json", Bytes(operations));

    // JSON is YAML, and older servers take server-side apply under the YAML name only.
    internal static Patch Apply<T>(T desired, JsonTypeInfo<T> json) =>
        new("application/apply-patch+yaml", JsonSerializer.SerializeToUtf8Bytes(desired, json));

    internal static Patch Apply(JsonObject desired) => new("application/apply-patch+yaml", Bytes(desired));

    private static byte[] Bytes(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            node.WriteTo(writer);
        return buffer.ToArray();
    }
}
