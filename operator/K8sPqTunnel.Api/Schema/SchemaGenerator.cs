using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace K8sPqTunnel.Api.Schema;

/// <summary>Makes the OpenAPI v3 structural schema of a type from its JSON contract and its <see cref="FieldAttribute"/>s.</summary>
internal static class SchemaGenerator
{
    public static JsonObject Of(JsonTypeInfo type) => ShapeOf(type, field: null);

    private static JsonObject ShapeOf(JsonTypeInfo type, FieldAttribute? field) => type.Kind switch
    {
        JsonTypeInfoKind.Object => OfObject(type),
        JsonTypeInfoKind.Enumerable => OfList(type, field),
        JsonTypeInfoKind.Dictionary => OfMap(type, field),
        _ => OfScalar(type.Type, field),
    };

    private static JsonObject OfObject(JsonTypeInfo type)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (JsonPropertyInfo property in type.Properties)
        {
            FieldAttribute? field = Contract.FieldOf(property);
            properties[property.Name] = OfProperty(type, property, field);
            if (field is { Required: true })
                required.Add((JsonNode)property.Name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        JsonArray rules = RulesOf(type.Type);
        if (rules.Count > 0)
            schema["x-kubernetes-validations"] = rules;
        return schema;
    }

    private static JsonObject OfProperty(JsonTypeInfo owner, JsonPropertyInfo property, FieldAttribute? field)
    {
        if (field is { Open: true })
            return new JsonObject { ["type"] = "object" };

        var schema = new JsonObject();
        if (field?.Description is { } description)
            schema["description"] = description;
        foreach ((string key, JsonNode? value) in ShapeOf(Contract.TypeOf(owner, property.PropertyType), field))
            schema[key] = value?.DeepClone();
        if (field?.Default is { } json)
            schema["default"] = JsonNode.Parse(json);
        return schema;
    }

    private static JsonObject OfList(JsonTypeInfo type, FieldAttribute? field)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = ShapeOf(Contract.TypeOf(type, type.ElementType!), field) };
        Put(schema, "minItems", field?.MinItems);
        Put(schema, "maxItems", field?.MaxItems);
        if (field?.ListType is { } listType)
            schema["x-kubernetes-list-type"] = listType;
        if (field?.ListMapKey is { } key)
            schema["x-kubernetes-list-map-keys"] = new JsonArray(key);
        return schema;
    }

    private static JsonObject OfMap(JsonTypeInfo type, FieldAttribute? field)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = ShapeOf(Contract.TypeOf(type, type.ElementType!), field: null),
        };
        Put(schema, "maxProperties", field?.MaxItems);
        return schema;
    }

    private static JsonObject OfScalar(Type type, FieldAttribute? field)
    {
        Type scalar = Nullable.GetUnderlyingType(type) ?? type;
        if (scalar == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (scalar == typeof(int))
            return OfNumber("int32", field);
        if (scalar == typeof(long))
            return OfNumber("int64", field);
        if (scalar == typeof(DateTimeOffset))
            return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        if (scalar.IsEnum)
            return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Contract.NamesOf(scalar).Select(n => (JsonNode)n)]) };
        if (scalar != typeof(string))
            throw new NotSupportedException($"{scalar} has no schema.");

        var schema = field is { IsIntOrText: true }
            ? new JsonObject { ["x-kubernetes-int-or-string"] = true }
            : new JsonObject { ["type"] = "string" };
        Put(schema, "minLength", field?.MinLength);
        Put(schema, "maxLength", field?.MaxLength);
        if (field?.Pattern is { } pattern)
            schema["pattern"] = pattern;
        return schema;
    }

    private static JsonObject OfNumber(string format, FieldAttribute? field)
    {
        var schema = new JsonObject { ["type"] = "integer", ["format"] = format };
        Put(schema, "minimum", field?.Minimum);
        Put(schema, "maximum", field?.Maximum);
        return schema;
    }

    private static JsonArray RulesOf(Type type)
    {
        var rules = new JsonArray();
        foreach (RuleAttribute rule in type.GetCustomAttributes(typeof(RuleAttribute), inherit: false).Cast<RuleAttribute>())
            rules.Add((JsonNode)new JsonObject { ["rule"] = rule.Expression, ["fieldPath"] = rule.FieldPath, ["message"] = rule.Message });
        return rules;
    }

    private static void Put(JsonObject schema, string key, int? value)
    {
        if (value is >= 0)
            schema[key] = value;
    }
}
