using System.Text.Json;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Reads a list answer without building a tree of it.</summary>
internal static class ListReader
{
    /// <exception cref="JsonException">The answer is not a list.</exception>
    public static ResourceList<T> Read<T>(ReadOnlySpan<byte> json, ResourceKind<T> kind)
        where T : class, IKubernetesObject
    {
        List<T> items = [];
        List<UnreadableObject> unreadable = [];
        ListMeta? metadata = null;

        var reader = new Utf8JsonReader(json);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                metadata = JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.ListMeta);
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                ReadItems(ref reader, json, kind, items, unreadable);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        string? next = metadata?.Continue is { Length: > 0 } token ? token : null;
        return new ResourceList<T>(items, metadata?.ResourceVersion ?? throw new JsonException("the list has no resourceVersion"), next)
        {
            Unreadable = unreadable,
        };
    }

    private static void ReadItems<T>(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ResourceKind<T> kind, List<T> items, List<UnreadableObject> unreadable)
        where T : class, IKubernetesObject
    {
        if (reader.TokenType == JsonTokenType.Null)                      // Go writes an empty list so
            return;

        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("the items of the list are no array");

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = checked((int)reader.TokenStartIndex);
            reader.Skip();
            var item = json[start..checked((int)reader.BytesConsumed)];
            if (ObjectReader.TryRead(item, kind, out var read, out var problem))
                items.Add(read);
            else
                unreadable.Add(problem);
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw new JsonException("the answer is no JSON object");
    }
}
