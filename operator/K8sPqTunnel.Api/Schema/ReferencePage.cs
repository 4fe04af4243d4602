using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Schema;

/// <summary>The page of the reference that lists the fields of a kind, made from the same schema as its CRD.</summary>
public static class ReferencePage
{
    /// <summary>The name of its file.</summary>
    public static string FileNameOf(CustomResourceDefinition definition) => definition.Kind.ToLowerInvariant() + ".md";

    public static string Of(CustomResourceDefinition definition)
    {
        JsonNode schema = definition.Schema();
        var page = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"# {definition.Kind} ({IpsecTunnel.GroupVersion})\n\n")
            .Append("Generated from the C# types by `K8sPqTunnel.Operator reference docs/reference`; do not edit.");
        if (definition == CustomResourceDefinition.Tunnel)
            page.Append(" A default that depends on the peer's\nproduct is its profile's: `pqtunnel profiles show NAME` prints it.");
        page.Append('\n');
        Write(page, "spec", schema["properties"]!["spec"]!);
        Write(page, "status", schema["properties"]!["status"]!);
        return page.ToString();
    }

    private static void Write(StringBuilder page, string name, JsonNode schema)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n{schema["description"]}\n\n| Field | Type | Default | What it says |\n|---|---|---|---|\n");
        foreach ((string path, JsonNode field, bool required) in Fields(schema, name))
        {
            string text = $"{(required ? "**Required.** " : "")}{field["description"]}".Replace("|", "\\|", StringComparison.Ordinal);
            page.Append(CultureInfo.InvariantCulture, $"| `{path}` | {TypeOf(field)} | {DefaultOf(field)} | {text} |\n");
        }

        JsonNode[] rules = [.. RulesOf(schema)];
        if (rules.Length > 0)
            page.Append("\nRules across fields:\n\n");
        foreach (JsonNode rule in rules)
            page.Append(CultureInfo.InvariantCulture, $"- {rule["message"]}\n");
    }

    private static IEnumerable<(string Path, JsonNode Field, bool Required)> Fields(JsonNode schema, string path)
    {
        JsonNode inner = schema["items"] ?? schema;
        string[] required = [.. inner["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? []];
        foreach ((string name, JsonNode? field) in inner["properties"]?.AsObject() ?? [])
        {
            string at = $"{path}.{name}{(field!["type"]?.GetValue<string>() == "array" ? "[]" : "")}";
            yield return (at, field, required.Contains(name));
            foreach ((string, JsonNode, bool) below in Fields(field, at))
                yield return below;
        }
    }

    private static IEnumerable<JsonNode> RulesOf(JsonNode schema)
    {
        JsonNode inner = schema["items"] ?? schema;
        return (inner["x-kubernetes-validations"]?.AsArray().Select(rule => rule!) ?? [])
            .Concat((inner["properties"]?.AsObject() ?? []).SelectMany(field => RulesOf(field.Value!)));
    }

    private static string TypeOf(JsonNode field)
    {
        JsonNode scalar = field["items"] ?? field;
        if (scalar["enum"] is JsonArray choices)
            return string.Join(", ", choices.Select(choice => $"`{choice}`"));
        string type = scalar["type"]?.GetValue<string>() switch
        {
            "object" => scalar["additionalProperties"] is null ? "fields" : "map of texts",
            "string" => "text",
            null => "text or integer",
            var other => other,
        };
        return field["items"] is null ? type : $"list of {type}";
    }

    private static string DefaultOf(JsonNode field) => field["default"] is JsonValue value ? $"`{value}`" : "";
}
