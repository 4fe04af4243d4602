using System.Globalization;

namespace K8sPqTunnel.Grpc.Wire;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit (gRPC: doc/PROTOCOL-HTTP2.md, Timeout).</summary>
internal static class GrpcTimeout
{
    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;

    // From the finest unit to the coarsest; a microsecond is ten ticks, a nanosecond less than one.
    private static readonly (char Letter, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>The header's value, in the finest unit that holds it, rounded up so that the peer never gives up first.</summary>
    /// <remarks>More than 99,999,999 hours become that many.</remarks>
    public static string Format(TimeSpan timeout)
    {
        long ticks = Math.Max(timeout.Ticks, 0);
        foreach ((char letter, long unit) in Units)
        {
            long value = (ticks / unit) + (ticks % unit == 0 ? 0 : 1);
            if (value <= MaxValue)
                return string.Create(CultureInfo.InvariantCulture, $"{value}{letter}");
        }

        return $"{MaxValue}H";
    }

    /// <summary>Reads a header's value.</summary>
    /// <returns>False when it is not one to eight digits and one of the units H, M, S, m, u, n.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1
            || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return false;
        }

        if (text[^1] == 'n')
        {
            timeout = TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick);
            return true;
        }

        foreach ((char letter, long unit) in Units)
        {
            if (letter != text[^1])
                continue;
            timeout = TimeSpan.FromTicks(value * unit);                  // 99,999,999 hours are 3.6e18 ticks: no overflow
            return true;
        }

        return false;
    }
}
