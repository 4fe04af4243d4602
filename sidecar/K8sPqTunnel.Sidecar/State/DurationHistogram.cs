namespace K8sPqTunnel.Sidecar.State;

/// <summary>How often something took how long. Immutable.</summary>
public sealed record DurationHistogram
{
    /// <summary>The buckets' upper bounds, in seconds; one more, without bound, follows.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    public static DurationHistogram Empty { get; } = new();

    /// <summary>How many fell into each bucket, and not into a smaller one.</summary>
    public IReadOnlyList<long> Counts { get; init; } = new long[Bounds.Count + 1];

    /// <summary>Of all, in seconds.</summary>
    public double Sum { get; init; }

    public DurationHistogram With(TimeSpan one)
    {
        long[] counts = [.. Counts];
        counts[BucketOf(one.TotalSeconds)]++;
        return new DurationHistogram { Counts = counts, Sum = Sum + one.TotalSeconds };
    }

    // An upper bound belongs to its bucket, as Prometheus has it.
    private static int BucketOf(double seconds)
    {
        for (int i = 0; i < Bounds.Count; i++)
        {
            if (seconds <= Bounds[i])
                return i;
        }

        return Bounds.Count;
    }
}
