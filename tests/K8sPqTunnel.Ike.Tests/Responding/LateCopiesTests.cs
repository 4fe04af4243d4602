using K8sPqTunnel.Ike.Responding;

namespace K8sPqTunnel.Ike.Tests.Responding;

public sealed class LateCopiesTests
{
    private static readonly TimeSpan Lifetime = EndpointLimits.Default.HalfOpenLifetime;

    [Fact]
    public void A_copy_is_known_as_long_as_a_half_open_SA_may_live_and_then_forgotten()
    {
        LateCopies late = new(new HalfOpenTable(EndpointLimits.Default));
        late.Add(TimeSpan.Zero, "one"u8);
        late.Add(TimeSpan.FromSeconds(1), "two"u8);

        Assert.True(late.Contains(Lifetime - TimeSpan.FromSeconds(1), "one"u8));
        Assert.False(late.Contains(TimeSpan.Zero, "three"u8));
        Assert.False(late.Contains(Lifetime, "one"u8));
        Assert.True(late.Contains(Lifetime, "two"u8));
    }

    [Fact]
    public void No_more_are_known_than_may_be_half_open()
    {
        LateCopies late = new(new HalfOpenTable(EndpointLimits.Default with { MaxHalfOpen = 2 }));
        late.Add(TimeSpan.Zero, "one"u8);
        late.Add(TimeSpan.Zero, "two"u8);
        late.Add(TimeSpan.Zero, "three"u8);

        Assert.False(late.Contains(TimeSpan.Zero, "one"u8));
        Assert.True(late.Contains(TimeSpan.Zero, "three"u8));
    }
}
