using System.Text.Json;
using System.Text.Json.Serialization;
using CommunityToolkit.HighPerformance.Buffers;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Reads texts that come again and again, such as names, namespaces and reasons, as one string each: thousands of objects repeat them.</summary>
/// <remarks>It keeps some thousands of the texts that came last, so it is not for secrets: those are octets here.</remarks>
public sealed class PooledStringConverter : JsonConverter<string>
{
    // Longer ones seldom come again.
    private const int LongestPooled = 96;
    private const int Strings = 32_768;

    private readonly StringPool _pool = new(Strings);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Pooled(ref reader) : reader.GetString();

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Pooled(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private string Pooled(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueSpan.Length > LongestPooled)
            return reader.GetString()!;
        Span<char> text = stackalloc char[LongestPooled];
        return _pool.GetOrAdd(text[..reader.CopyString(text)]);
    }
}
