using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>Reads a Secret's base64 value, keeps what may be known of it, and zeroes the octets.</summary>
internal sealed class SecretValueConverter(byte[] digestKey) : JsonConverter<SecretValue>
{
    private const int DigestOctets = 8;

    public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        byte[] value = reader.GetBytesFromBase64();
        try
        {
            byte[] digest = HMACSHA256.HashData(digestKey, value);
            return SecretValue.Of(value, Convert.ToHexStringLower(digest.AsSpan(0, DigestOctets)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options) =>
        throw new NotSupportedException("The operator reads Secrets in this form and never writes them.");
}
