using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;

namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>The objects of <see cref="MemoryCluster"/>, with resource versions, generations, finalizers and watches. Thread-safe.</summary>
internal sealed class MemoryObjects
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(string Collection, PipeWriter Writer)> _watches = [];
    private readonly List<(int Version, string Path, byte[] Line)> _history = [];
    private readonly List<string> _writes = [];
    private int _version = 1;

    public IReadOnlyList<string> Writes
    {
        get
        {
            lock (_lock)
                return [.. _writes];
        }
    }

    public JsonObject? Find(string path)
    {
        lock (_lock)
            return _objects.GetValueOrDefault(path)?.DeepClone().AsObject();
    }

    public JsonObject List(string collection)
    {
        lock (_lock)
        {
            JsonNode[] items = [.. _objects.Where(o => IsIn(o.Key, collection)).Select(o => o.Value.DeepClone())];
            return new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = $"{_version}" }, ["items"] = new JsonArray(items) };
        }
    }

    /// <summary>The changes of a collection after a resource version, without end.</summary>
    public Stream Watch(string collection, int after)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        lock (_lock)
        {
            foreach ((int version, string path, byte[] line) in _history)
            {
                if (version > after && IsIn(path, collection))
                    Send(pipe.Writer, line);
            }

            _watches.Add((collection, pipe.Writer));
        }

        return pipe.Reader.AsStream();
    }

    /// <summary>Merges, which is what server-side apply by one manager and merge patches come to here.</summary>
    public JsonObject Apply(string path, JsonObject change, string? subresource, string? replaced = null)
    {
        lock (_lock)
        {
            _writes.Add(subresource is null ? path : $"{path}/{subresource}");
            bool added = !_objects.TryGetValue(path, out JsonObject? item);
            item ??= New(path);
            string spec = Text(item["spec"]);
            if (replaced is not null)
                item.Remove(replaced);
            if (subresource is not null)
                item[subresource] = change[subresource]?.DeepClone();
            else
                Merge(item, change);

            JsonObject metadata = item["metadata"]!.AsObject();
            if (Text(item["spec"]) != spec)
                metadata["generation"] = (metadata["generation"]?.GetValue<int>() ?? 0) + 1;
            metadata["resourceVersion"] = $"{++_version}";
            _objects[path] = item;
            if (metadata["deletionTimestamp"] is not null && metadata["finalizers"] is not JsonArray { Count: > 0 })
                Remove(path);
            else
                Tell(path, added ? "ADDED" : "MODIFIED", item);
            return item.DeepClone().AsObject();
        }
    }

    public bool Delete(string path)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(path, out JsonObject? item))
                return false;
            _writes.Add(path);
            JsonObject metadata = item["metadata"]!.AsObject();
            if (metadata["finalizers"] is JsonArray { Count: > 0 })
            {
                metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z";
                metadata["generation"] = (metadata["generation"]?.GetValue<int>() ?? 0) + 1;
                metadata["resourceVersion"] = $"{++_version}";
                Tell(path, "MODIFIED", item);
            }
            else
            {
                Remove(path);
            }

            return true;
        }
    }

    private void Remove(string path)
    {
        JsonObject item = _objects[path];
        _objects.Remove(path);
        item["metadata"]!["resourceVersion"] = $"{++_version}";
        Tell(path, "DELETED", item);
    }

    private void Tell(string path, string type, JsonObject item)
    {
        byte[] line = Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString() + "\n");
        _history.Add((_version, path, line));
        foreach ((_, PipeWriter writer) in _watches.Where(w => IsIn(path, w.Collection)))
            Send(writer, line);
    }

    // The pipe has no threshold, so the flush ends at once.
    private static void Send(PipeWriter writer, byte[] line)
    {
        line.CopyTo(writer.GetSpan(line.Length));
        writer.Advance(line.Length);
        _ = writer.FlushAsync().AsTask();
    }

    private static JsonObject New(string path)
    {
        string[] parts = path.Split('/');
        var metadata = new JsonObject { ["name"] = parts[^1], ["uid"] = Guid.NewGuid().ToString() };
        if (parts is [.., "namespaces", var ns, _, _])
            metadata["namespace"] = ns;
        return new JsonObject { ["metadata"] = metadata };
    }

    // RFC 7396, with the metadata that the server owns left alone.
    private static void Merge(JsonObject target, JsonObject change)
    {
        foreach ((string key, JsonNode? value) in change)
        {
            if (key is "resourceVersion" or "uid")
                continue;
            if (value is null)
                target.Remove(key);
            else if (value is JsonObject inner && target[key] is JsonObject before)
                Merge(before, inner);
            else
                target[key] = value.DeepClone();
        }
    }

    // A collection of the whole cluster has the objects of all namespaces.
    private static bool IsIn(string path, string collection)
    {
        string[] parts = path.Split('/');
        string own = string.Join('/', parts[..^1]);
        string everywhere = parts is [.. var head, "namespaces", _, var plural, _] ? string.Join('/', [.. head, plural]) : own;
        return own == collection || everywhere == collection;
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "";
}
