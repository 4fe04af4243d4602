using System.Text.Json.Serialization.Metadata;

namespace K8sPqTunnel.Api.Schema;

/// <summary>Reads the source-generated JSON contract of a type, so that the schema and the document check need no other reflection.</summary>
internal static class Contract
{
    public static FieldAttribute? FieldOf(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(FieldAttribute), inherit: false) is [FieldAttribute field, ..] ? field : null;

    /// <summary>The contract of a type that the owner's contract mentions.</summary>
    public static JsonTypeInfo TypeOf(JsonTypeInfo owner, Type type) => owner.Options.GetTypeInfo(type);

    public static string[] NamesOf(Type enumeration) => Enum.GetNames(enumeration);
}
