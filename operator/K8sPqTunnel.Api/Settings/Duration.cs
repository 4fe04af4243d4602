using System.Buffers;
using System.Globalization;
using System.Text;

namespace K8sPqTunnel.Api.Settings;

/// <summary>A span of time as Kubernetes users write it (Go's form): <c>4h</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
public readonly record struct Duration(TimeSpan Value)
{
    /// <summary>The regular expression of the form, for the CRD's schema.</summary>
    public const string Pattern = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

    private const int MaxLength = 32;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration; false when the text has another form or is longer than <see cref="TimeSpan"/> can hold.</summary>
    public static bool TryParse(string? text, out Duration duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
            return false;

        double milliseconds = 0;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !TryUnit(rest[digits..], out double scale, out int unitLength)
                || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            milliseconds += number * scale;
            rest = rest[(digits + unitLength)..];
        }

        if (milliseconds > TimeSpan.MaxValue.TotalMilliseconds / 2)
            return false;
        duration = new Duration(TimeSpan.FromMilliseconds(milliseconds));
        return true;
    }

    /// <summary>The shortest form with the same meaning, for example <c>1h30m</c>.</summary>
    public override string ToString()
    {
        if (Value == TimeSpan.Zero)
            return "0s";
        var text = new StringBuilder();
        long hours = (long)Value.TotalHours;
        if (hours > 0)
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (Value.Minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Value.Minutes}m");
        if (Value.Seconds > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Value.Seconds}s");
        if (Value.Milliseconds > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Value.Milliseconds}ms");
        return text.ToString();
    }

    private static bool TryUnit(ReadOnlySpan<char> text, out double scale, out int length)
    {
        (scale, length) = text switch
        {
            ['m', 's', ..] => (1, 2),
            ['s', ..] => (1_000, 1),
            ['m', ..] => (60_000, 1),
            ['h', ..] => (3_600_000, 1),
            _ => (0d, 0),
        };
        return length > 0;
    }
}
