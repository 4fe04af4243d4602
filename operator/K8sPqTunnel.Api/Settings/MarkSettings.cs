using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace K8sPqTunnel.Api.Settings;

/// <summary>A packet's firewall mark, in the bits of a mask.</summary>
public sealed record MarkSettings(uint Value, uint Mask)
{
    /// <summary>Some packet has both. What has no mark to fit, fits all.</summary>
    public static bool Meet(MarkSettings? left, MarkSettings? right) =>
        left is null || right is null || ((left.Value ^ right.Value) & left.Mask & right.Mask) == 0;

    /// <summary>Reads a number, decimal or with 0x, and behind a slash maybe a mask.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MarkSettings? mark)
    {
        mark = null;
        string[] parts = text.Split('/');
        uint mask = uint.MaxValue;
        if (parts.Length > 2 || !TryParseNumber(parts[0], out uint value) || (parts.Length == 2 && !TryParseNumber(parts[1], out mask)))
            return false;
        if (mask == 0 || (value & ~mask) != 0)
            return false;
        mark = new MarkSettings(value, mask);
        return true;
    }

    private static bool TryParseNumber(string text, out uint number) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
