namespace K8sPqTunnel.Operator.Metrics;

/// <summary>What a series was at one moment.</summary>
/// <param name="Key">Which series.</param>
/// <param name="Sum">Of all measurements, or the one that was observed.</param>
/// <param name="Count">How many measurements.</param>
internal readonly record struct Reading(SeriesKey Key, double Sum, long Count)
{
    public static Reading Of(SeriesKey key, Series series)
    {
        (double sum, long count) = series.Read();
        return new Reading(key, sum, count);
    }
}
