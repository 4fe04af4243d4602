using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Schema;

/// <summary>A value that may be written as a number or as a text; read as a text.</summary>
public sealed class IntOrTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt64().ToString(CultureInfo.InvariantCulture) : reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(value);
    }
}
