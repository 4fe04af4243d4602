using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>Turns a Secret's value into the octets of a pre-shared key.</summary>
public static class PreSharedKeyText
{
    /// <summary>Decodes a value.</summary>
    /// <param name="value">The Secret's value.</param>
    /// <param name="encoding">How to read it; null as text.</param>
    /// <param name="key">Room for the key, as long as the value. What is written there is secret.</param>
    /// <param name="length">The key's length in octets.</param>
    /// <returns>False when the value has another form.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> value, PskEncoding? encoding, Span<byte> key, out int length)
    {
        switch (encoding)
        {
            case PskEncoding.Hex:
                return Convert.FromHexString(Digits(value, "0x"u8), key, out _, out length) == OperationStatus.Done;
            case PskEncoding.Base64:
                return Base64.DecodeFromUtf8(Digits(value, "0s"u8), key, out _, out length) == OperationStatus.Done;
            default:
                value.CopyTo(key);
                length = value.Length;
                return true;
        }
    }

    /// <summary>Would strongSwan decode the value? Its secrets begin with 0x for hexadecimal digits and with 0s for base64.</summary>
    internal static bool LooksEncoded(ReadOnlySpan<byte> value) =>
        (value.StartsWith("0x"u8) && Decodes(value, PskEncoding.Hex)) || (value.StartsWith("0s"u8) && Decodes(value, PskEncoding.Base64));

    private static bool Decodes(ReadOnlySpan<byte> value, PskEncoding encoding)
    {
        byte[] key = new byte[value.Length];
        try
        {
            return TryDecode(value, encoding, key, out int length) && length > 0;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    // A line break at the end of digits cannot be meant.
    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> value, ReadOnlySpan<byte> prefix)
    {
        ReadOnlySpan<byte> trimmed = value.TrimEnd("\r\n"u8);
        return trimmed.StartsWith(prefix) ? trimmed[prefix.Length..] : trimmed;
    }
}
