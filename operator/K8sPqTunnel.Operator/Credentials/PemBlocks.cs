using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Operator.Credentials;

/// <summary>The blocks of a text in PEM (RFC 7468).</summary>
internal static class PemBlocks
{
    // Most values of Secrets are none: they are passed over before they are searched.
    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    /// <summary>Label and octets of each. Private keys are the caller's to zero.</summary>
    public static IReadOnlyList<(string Label, byte[] Der)> Of(ReadOnlySpan<byte> text)
    {
        List<(string Label, byte[] Der)> blocks = [];
        while (text.IndexOf(Begin) >= 0 && PemEncoding.TryFindUtf8(text, out PemFields fields))
        {
            byte[] der = new byte[fields.DecodedDataLength];
            if (Base64.DecodeFromUtf8(text[fields.Base64Data], der, out _, out _) == OperationStatus.Done)
                blocks.Add((Encoding.ASCII.GetString(text[fields.Label]), der));
            text = text[fields.Location.End..];
        }

        return blocks;
    }
}
