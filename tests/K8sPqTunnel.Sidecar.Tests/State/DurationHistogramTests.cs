using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tests.State;

public sealed class DurationHistogramTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(5.001, 1)]
    [InlineData(1000, 7)]
    [InlineData(30000, 11)]
    [InlineData(30001, 12)]
    public void A_duration_falls_into_the_smallest_bucket_that_holds_it(double milliseconds, int bucket)
    {
        DurationHistogram one = DurationHistogram.Empty.With(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal([bucket], Enumerable.Range(0, one.Counts.Count).Where(i => one.Counts[i] == 1));
        Assert.Equal(milliseconds / 1000, one.Sum, precision: 6);
        Assert.All(DurationHistogram.Empty.Counts, count => Assert.Equal(0, count));
    }
}
