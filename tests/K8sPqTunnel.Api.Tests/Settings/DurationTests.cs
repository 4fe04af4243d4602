using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("4h", 4 * 3_600_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("500ms", 500)]
    public void A_duration_is_read(string text, double milliseconds)
    {
        Assert.True(Duration.TryParse(text, out Duration duration));
        Assert.Equal(milliseconds, duration.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("h")]
    [InlineData("-1s")]
    [InlineData("1.2.3s")]
    [InlineData("1d")]
    [InlineData("99999999999999999999h")]
    public void Anything_else_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void Writing_and_reading_is_the_same_and_fits_the_schema() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt>(), milliseconds =>
        {
            var duration = new Duration(TimeSpan.FromMilliseconds(milliseconds.Get * 977L));
            Assert.True(Duration.TryParse(duration.ToString(), out Duration read));
            Assert.Equal(duration, read);
            Assert.Matches(Duration.Pattern, duration.ToString());
        }));
}
