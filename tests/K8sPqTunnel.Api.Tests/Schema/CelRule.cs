using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Tests.Schema;

/// <summary>A CEL rule of a definition.</summary>
/// <param name="Kind">Of the objects that it is for.</param>
/// <param name="Field">The field at fault from the object's root on, through a list with <c>[*]</c>, for example <c>spec.nat.netmap[*].as</c>.</param>
/// <param name="Message">What the user reads.</param>
internal sealed record CelRule(string Kind, string Field, string Message)
{
    /// <summary>The rules of every kind.</summary>
    public static IReadOnlyList<CelRule> All { get; } = [.. CustomResourceDefinition.All.SelectMany(definition => Below(definition.Schema(), definition.Kind, ""))];

    private static IEnumerable<CelRule> Below(JsonNode schema, string kind, string path)
    {
        if (schema["items"] is { } items)
        {
            schema = items;
            path += "[*]";
        }

        foreach (JsonNode? rule in schema["x-kubernetes-validations"]?.AsArray() ?? [])
            yield return new CelRule(kind, (path + rule!["fieldPath"]!.GetValue<string>()).TrimStart('.'), rule["message"]!.GetValue<string>());
        foreach ((string name, JsonNode? property) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (CelRule below in Below(property!, kind, $"{path}.{name}"))
                yield return below;
        }
    }
}
