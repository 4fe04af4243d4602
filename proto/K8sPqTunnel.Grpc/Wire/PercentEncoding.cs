using System.Buffers;
using System.Globalization;
using System.Text;

namespace K8sPqTunnel.Grpc.Wire;

/// <summary>The encoding of <c>grpc-message</c>: UTF-8 with percent escapes (gRPC: doc/PROTOCOL-HTTP2.md, Percent-Encoded).</summary>
internal static class PercentEncoding
{
    /// <summary>Longest encoded text: header blocks are bounded, so a longer sentence is cut, never between the bytes of a character.</summary>
    public const int MaxEncodedLength = 4096;

    private static readonly SearchValues<char> Unescaped =
        SearchValues.Create(" !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The text in printable ASCII, at most <see cref="MaxEncodedLength"/> characters.</summary>
    public static string Encode(string text)
    {
        if (text.Length <= MaxEncodedLength && !text.AsSpan().ContainsAnyExcept(Unescaped))
            return text;

        var encoded = new StringBuilder(text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool plain = rune.IsBmp && Unescaped.Contains((char)rune.Value);
            int length = rune.EncodeToUtf8(utf8);
            if (encoded.Length + (plain ? 1 : 3 * length) > MaxEncodedLength)
                break;
            if (plain)
                encoded.Append((char)rune.Value);
            else
                AppendEscaped(encoded, utf8[..length]);
        }

        return encoded.ToString();
    }

    /// <summary>The text that <paramref name="encoded"/> stands for; what is not a valid escape stays as it is, as the specification asks.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
            return encoded;

        ReadOnlySpan<char> rest = encoded;
        var utf8 = new ArrayBufferWriter<byte>(encoded.Length);
        while (!rest.IsEmpty)
        {
            if (rest.Length >= 3 && rest[0] == '%' && byte.TryParse(rest[1..3], NumberStyles.AllowHexSpecifier, null, out byte value))
            {
                utf8.Write([value]);
                rest = rest[3..];
                continue;
            }

            int next = rest[1..].IndexOf('%') + 1;
            ReadOnlySpan<char> run = next == 0 ? rest : rest[..next];
            Encoding.UTF8.GetBytes(run, utf8);
            rest = rest[run.Length..];
        }

        return Encoding.UTF8.GetString(utf8.WrittenSpan);
    }

    private static void AppendEscaped(StringBuilder encoded, ReadOnlySpan<byte> utf8)
    {
        foreach (byte value in utf8)
            encoded.Append('%').Append(value.ToString("X2"));
    }
}
