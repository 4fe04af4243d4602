using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class ReplayWindowTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(1000)]
    [InlineData(4096)]
    public void The_window_decides_as_a_naive_model_does(int size)
    {
        // Steps around the highest number: mostly small, at times a leap over several windows.
        Gen<int> step = Gen.Frequency(
            (6, Gen.Choose(-3, 3)), (3, Gen.Choose(-size - 2, size + 2)), (1, Gen.Choose(0, 5 * size + 500)));
        Prop.ForAll(step.ListOf(400).ToArbitrary(), steps =>
        {
            var window = new ReplayWindow(size);
            HashSet<ulong> seen = [];
            ulong highest = 0;
            foreach (int delta in steps)
            {
                ulong sequence = (ulong)Math.Max(0, (long)highest + delta);
                bool expected = sequence > 0 && !seen.Contains(sequence) && (sequence > highest || highest - sequence < (ulong)size);
                Assert.Equal(expected, window.IsFresh(sequence));
                if (!expected)
                    continue;
                window.Accept(sequence);
                seen.Add(sequence);
                highest = Math.Max(highest, sequence);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_window_of_0_takes_every_packet_any_number_of_times()
    {
        var window = new ReplayWindow(0);
        foreach (ulong sequence in new ulong[] { 5, 5, 1, 0, 100, 1 })
        {
            Assert.True(window.IsFresh(sequence));
            window.Accept(sequence);
        }
        Assert.Equal(100ul, window.Highest);
    }

    [Theory]
    [InlineData(64ul)]
    [InlineData(1024ul)]
    [InlineData(4096ul)]
    public void The_upper_half_of_a_number_is_found_for_any_packet_in_or_near_the_window(ulong size)
    {
        Gen<(ulong, ulong)> near =
            from upper in Gen.Choose(0, 3)
            from lower in Gen.Frequency((1, Gen.Choose(0, int.MaxValue)), (2, Gen.Choose(-5000, 5000)))
            from offset in Gen.Choose(-(int)size + 1, 100_000)
            let highest = (ulong)Math.Max(1, ((long)upper << 32) + lower)
            where (long)highest + offset > 0
            select (highest, (ulong)((long)highest + offset));
        Prop.ForAll(near.ToArbitrary(), pair =>
            Assert.Equal(pair.Item2, ExtendedSequence.Reconstruct((uint)pair.Item2, pair.Item1, size))).QuickCheckThrowOnFailure();
    }
}
