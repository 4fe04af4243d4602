using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Octets as hexadecimal text.</summary>
internal sealed class HexConverter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Convert.FromHexString(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        throw new NotSupportedException("transcripts are only read");
}
