using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Api.Documents;

/// <summary>Compares a document with the contract of its type: unknown fields, wrong types, unknown choices.</summary>
internal sealed class ShapeCheck(YamlNode document, string? file, ICollection<Problem> problems)
{
    public void Run(JsonTypeInfo type) => Check(document.Root, type, "");

    private void Check(JsonNode? node, JsonTypeInfo type, string path)
    {
        if (node is null)
            return;
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when node is JsonObject map:
                CheckFields(map, type, path);
                break;
            case JsonTypeInfoKind.Dictionary when node is JsonObject map:
                foreach ((string key, JsonNode? value) in map)
                    Check(value, Contract.TypeOf(type, type.ElementType!), $"{path}.{key}");
                break;
            case JsonTypeInfoKind.Enumerable when node is JsonArray list:
                for (int i = 0; i < list.Count; i++)
                    Check(list[i], Contract.TypeOf(type, type.ElementType!), $"{path}[{i}]");
                break;
            case JsonTypeInfoKind.None when node is JsonValue value:
                CheckScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path);
                break;
            default:
                Report(path, $"expected {Expected(type)}, got {Got(node)}");
                break;
        }
    }

    private void CheckFields(JsonObject map, JsonTypeInfo type, string path)
    {
        foreach ((string key, JsonNode? value) in map)
        {
            string at = path.Length == 0 ? key : $"{path}.{key}";
            JsonPropertyInfo? property = type.Properties.FirstOrDefault(p => p.Name == key);
            if (property is null)
                Report(at, Unknown(key, type));
            else
                Check(value, Contract.TypeOf(type, property.PropertyType), at, Contract.FieldOf(property));
        }
    }

    // Kubernetes owns what stands under an open field: only what we read of it is checked.
    private void Check(JsonNode? value, JsonTypeInfo type, string path, FieldAttribute? field)
    {
        if (field is not { Open: true })
        {
            if (field is not { IsIntOrText: true } || value is not JsonValue || value.GetValueKind() != JsonValueKind.Number)
                Check(value, type, path);
        }
        else if (value is JsonObject map)
        {
            foreach (JsonPropertyInfo property in type.Properties)
                Check(map[property.Name], Contract.TypeOf(type, property.PropertyType), $"{path}.{property.Name}");
        }
        else if (value is not null)
        {
            Report(path, $"expected a map, got {Got(value)}");
        }
    }

    private void CheckScalar(JsonValue value, Type type, string path)
    {
        JsonValueKind kind = value.GetValueKind();
        bool fits = type switch
        {
            _ when type == typeof(bool) => kind is JsonValueKind.True or JsonValueKind.False,
            _ when type == typeof(int) => kind == JsonValueKind.Number && value.TryGetValue<long>(out long whole) && whole == (int)whole,
            _ when type == typeof(long) => kind == JsonValueKind.Number && value.TryGetValue<long>(out _),
            _ when type == typeof(DateTimeOffset) => kind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetValue<string>(), out _),
            _ => kind == JsonValueKind.String,
        };
        if (!fits)
            Report(path, kind == JsonValueKind.String ? $"expected {Expected(type)}, got a text" : $"expected a text, got {Got(value)}: put it in quotes");
        else if (type.IsEnum)
            CheckChoice(value.GetValue<string>(), Contract.NamesOf(type), path);
    }

    private void CheckChoice(string text, string[] names, string path)
    {
        if (names.Contains(text, StringComparer.Ordinal))
            return;
        string known = string.Join(", ", names);
        Report(path, NearestName.To(text, names) is { } nearest
            ? $"\"{text}\" is not one of {known}, did you mean \"{nearest}\"?"
            : $"\"{text}\" is not one of {known}");
    }

    private static string Unknown(string key, JsonTypeInfo type)
    {
        string[] names = [.. type.Properties.Select(p => p.Name)];
        return NearestName.To(key, names) is { } nearest
            ? $"unknown field, did you mean \"{nearest}\"?"
            : $"unknown field: the known ones are {string.Join(", ", names)}";
    }

    private static string Expected(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "a map",
        JsonTypeInfoKind.Enumerable => "a list",
        _ => Expected(Nullable.GetUnderlyingType(type.Type) ?? type.Type),
    };

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(DateTimeOffset) => "a time such as 2026-01-31T12:00:00Z",
        _ => "a text",
    };

    private static string Got(JsonNode node) => node switch
    {
        JsonObject => "a map",
        JsonArray => "a list",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.Number => $"the number {node.ToJsonString()}",
            JsonValueKind.String => "a text",
            _ => node.ToJsonString(),
        },
    };

    private void Report(string path, string message) => problems.Add(new Problem(path, message, document.LineOf(path), file));
}
