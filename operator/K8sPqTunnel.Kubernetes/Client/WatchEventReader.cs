using System.Text.Json;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Reads one line of a watch: <c>{"type": "ADDED", "object": {…}}</c>.</summary>
internal static class WatchEventReader
{
    /// <param name="line">The line without its line feed.</param>
    /// <param name="kind">The type of the object.</param>
    /// <param name="request">Names the watch in messages.</param>
    /// <exception cref="JsonException">The line is not a watch event.</exception>
    /// <exception cref="ApiException">The server ends the watch with an error, 410 for instance.</exception>
    public static WatchEvent<T> Read<T>(ReadOnlySpan<byte> line, ResourceKind<T> kind, string request)
        where T : class, IKubernetesObject
    {
        string? type = null;
        Range body = default;
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("the event is no JSON object");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type"u8);
            bool isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            if (isType)
                type = reader.GetString();
            reader.Skip();
            if (isObject)
                body = start..(int)reader.BytesConsumed;
        }

        var json = line[body];
        return type switch
        {
            "ADDED" => Change(WatchEventType.Added, json, kind),
            "MODIFIED" => Change(WatchEventType.Modified, json, kind),
            "DELETED" => Change(WatchEventType.Deleted, json, kind),
            "BOOKMARK" => new WatchEvent<T>(WatchEventType.Bookmark, null, Version(ObjectReader.Metadata(json))),
            "ERROR" => throw Error(json, request),
            _ => throw new JsonException($"the event has the unknown type \"{type}\""),
        };
    }

    private static WatchEvent<T> Change<T>(WatchEventType type, ReadOnlySpan<byte> json, ResourceKind<T> kind)
        where T : class, IKubernetesObject =>
        ObjectReader.TryRead(json, kind, out var item, out var problem)
            ? new WatchEvent<T>(type, item, Version(item.Metadata))
            : new WatchEvent<T>(type, null, Version(ObjectReader.Metadata(json))) { Unreadable = problem };

    private static string Version(ObjectMeta metadata) =>
        metadata.ResourceVersion ?? throw new JsonException("the object of the event has no resourceVersion");

    private static ApiException Error(ReadOnlySpan<byte> json, string request)
    {
        var status = JsonSerializer.Deserialize(json, KubernetesJson.Default.ApiStatus);
        TimeSpan? wait = status?.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return new ApiException(request, status?.Code ?? 500, status, wait);
    }
}
