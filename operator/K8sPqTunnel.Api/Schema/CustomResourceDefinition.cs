using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Schema;

/// <summary>The CustomResourceDefinition of a kind, made from its C# type.</summary>
public sealed class CustomResourceDefinition
{
    private readonly JsonTypeInfo _type;

    private CustomResourceDefinition(JsonTypeInfo type, string kind, string plural, string shortName, string scope)
    {
        _type = type;
        Kind = kind;
        Plural = plural;
        ShortName = shortName;
        Scope = scope;
    }

    public static CustomResourceDefinition Tunnel { get; } =
        new(ApiJsonContext.Default.IpsecTunnel, IpsecTunnel.KindName, IpsecTunnel.Plural, "ipt", "Namespaced");

    public static CustomResourceDefinition Gateway { get; } =
        new(ApiJsonContext.Default.IpsecGateway, IpsecGateway.KindName, IpsecGateway.Plural, "ipgw", "Namespaced");

    public static CustomResourceDefinition Policy { get; } =
        new(ApiJsonContext.Default.PostQuantumPolicy, PostQuantumPolicy.KindName, PostQuantumPolicy.Plural, "pqp", "Cluster");

    /// <summary>Every kind of the group.</summary>
    public static IReadOnlyList<CustomResourceDefinition> All { get; } = [Tunnel, Gateway, Policy];

    public string Kind { get; }

    public string Plural { get; }

    public string ShortName { get; }

    /// <summary>Namespaced or Cluster.</summary>
    public string Scope { get; }

    /// <summary>The name of the definition, and of its file without the extension.</summary>
    public string Name => $"{Plural}.{IpsecTunnel.Group}";

    /// <summary>The openAPIV3Schema of the one version.</summary>
    public JsonObject Schema()
    {
        JsonObject schema = SchemaGenerator.Of(_type);
        if (_type.Type.GetCustomAttributes(typeof(FieldAttribute), inherit: false) is [FieldAttribute { Description: { } description }, ..])
            schema.Insert(0, "description", description);
        return schema;
    }

    /// <summary>The definition as a Kubernetes object (apiextensions.k8s.io/v1).</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = Name },
        ["spec"] = new JsonObject
        {
            ["group"] = IpsecTunnel.Group,
            ["scope"] = Scope,
            ["names"] = new JsonObject
            {
                ["kind"] = Kind,
                ["listKind"] = Kind + "List",
                ["plural"] = Plural,
                ["singular"] = Kind.ToLowerInvariant(),
                ["shortNames"] = new JsonArray(ShortName),
                ["categories"] = new JsonArray("networking", "pqtunnel"),
            },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = IpsecTunnel.Version,
                ["served"] = true,
                ["storage"] = true,
                ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                ["additionalPrinterColumns"] = Columns(),
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = Schema() },
            }),
        },
    };

    /// <summary>The definition as the text of its YAML file.</summary>
    public string ToYaml() =>
        "# Generated from the C# types by `K8sPqTunnel.Operator crds`; do not edit.\n"
        + "# API servers before 1.25 do not know CEL rules, and before 1.28 not their fieldPath: there kubectl wants --validate=false.\n"
        + YamlText.Of(ToJson());

    private JsonArray Columns()
    {
        var columns = new JsonArray();
        foreach (PrinterColumnAttribute column in _type.Type.GetCustomAttributes(typeof(PrinterColumnAttribute), inherit: false)
                     .Cast<PrinterColumnAttribute>())
        {
            var entry = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
            if (column.Description is { } description)
                entry["description"] = description;
            if (column.Priority > 0)
                entry["priority"] = column.Priority;
            columns.Add((JsonNode)entry);
        }

        return columns;
    }
}
