using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Reads <c>[type, "hex"]</c>.</summary>
internal sealed class TranscriptPayloadConverter : JsonConverter<TranscriptPayload>
{
    public override TranscriptPayload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument pair = JsonDocument.ParseValue(ref reader);
        return new TranscriptPayload(pair.RootElement[0].GetInt32(), Convert.FromHexString(pair.RootElement[1].GetString()!));
    }

    public override void Write(Utf8JsonWriter writer, TranscriptPayload value, JsonSerializerOptions options) =>
        throw new NotSupportedException("transcripts are only read");
}
