using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Schema;

/// <summary>The CustomResourceDefinition of <see cref="IpsecTunnel"/>, made from the C# types.</summary>
public static class CustomResourceDefinition
{
    /// <summary>The name of the definition, and of its file without the extension.</summary>
    public const string IpsecTunnelName = IpsecTunnel.Plural + "." + IpsecTunnel.Group;

    /// <summary>The definition as a Kubernetes object (apiextensions.k8s.io/v1).</summary>
    public static JsonObject ForIpsecTunnel()
    {
        JsonTypeInfo type = ApiJsonContext.Default.IpsecTunnel;
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = IpsecTunnelName },
            ["spec"] = new JsonObject
            {
                ["group"] = IpsecTunnel.Group,
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject
                {
                    ["kind"] = IpsecTunnel.KindName,
                    ["listKind"] = IpsecTunnel.KindName + "List",
                    ["plural"] = IpsecTunnel.Plural,
                    ["singular"] = "ipsectunnel",
                    ["shortNames"] = new JsonArray("ipt"),
                    ["categories"] = new JsonArray("networking", "pqtunnel"),
                },
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = IpsecTunnel.Version,
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["additionalPrinterColumns"] = ColumnsOf(type.Type),
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root(type) },
                }),
            },
        };
    }

    /// <summary>The definition as the text of its YAML file.</summary>
    public static string IpsecTunnelYaml() =>
        "# Generated from the C# types by `K8sPqTunnel.Operator crds`; do not edit.\n"
        + "# API servers before 1.25 do not know CEL rules: there kubectl wants --validate=false.\n"
        + YamlText.Of(ForIpsecTunnel());

    private static JsonObject Root(JsonTypeInfo type)
    {
        JsonObject schema = SchemaGenerator.Of(type);
        if (type.Type.GetCustomAttributes(typeof(FieldAttribute), inherit: false) is [FieldAttribute { Description: { } description }, ..])
            schema.Insert(0, "description", description);
        return schema;
    }

    private static JsonArray ColumnsOf(Type type)
    {
        var columns = new JsonArray();
        foreach (PrinterColumnAttribute column in type.GetCustomAttributes(typeof(PrinterColumnAttribute), inherit: false)
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
