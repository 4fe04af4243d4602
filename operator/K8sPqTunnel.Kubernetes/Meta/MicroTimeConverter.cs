using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>meta/v1 MicroTime: RFC 3339 in UTC with exactly six decimals; the API server refuses any other number of them.</summary>
public sealed class MicroTimeConverter : JsonConverter<DateTimeOffset>
{
    internal const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToUniversalTime().ToString(Format, CultureInfo.InvariantCulture));
}
