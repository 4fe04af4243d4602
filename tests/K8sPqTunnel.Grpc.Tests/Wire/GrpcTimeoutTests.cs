using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Tests.Wire;

public sealed class GrpcTimeoutTests
{
    [Fact]
    public void A_formatted_timeout_is_never_shorter_and_at_most_a_millionth_longer() =>
        Prop.ForAll<PositiveInt, PositiveInt>((a, b) =>
        {
            var timeout = TimeSpan.FromTicks((long)a.Get * b.Get);
            return GrpcTimeout.TryParse(GrpcTimeout.Format(timeout), out TimeSpan parsed)
                && parsed >= timeout
                && parsed - timeout <= (timeout / 1_000_000) + TimeSpan.FromMicroseconds(1);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("30S", 30_000)]
    [InlineData("250m", 250)]
    [InlineData("5000u", 5)]
    [InlineData("99999999n", 99)]
    public void Each_unit_is_understood(string text, int milliseconds)
    {
        Assert.True(GrpcTimeout.TryParse(text, out TimeSpan timeout));
        Assert.Equal(milliseconds, (int)timeout.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("-5S")]
    [InlineData("+5S")]
    [InlineData(" 5S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void Anything_else_is_refused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Fact]
    public void The_longest_timeout_fits() => Assert.Equal("99999999H", GrpcTimeout.Format(TimeSpan.MaxValue));
}
