using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>Writes an <see cref="IntOrString"/> as what it holds.</summary>
public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number
            ? new IntOrString(reader.GetInt32())
            : new IntOrString(reader.GetString() ?? throw new JsonException("expected a number or a string"));

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Text is null)
            writer.WriteNumberValue(value.Number);
        else
            writer.WriteStringValue(value.Text);
    }
}
