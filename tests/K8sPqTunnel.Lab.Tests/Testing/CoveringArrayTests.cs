using K8sPqTunnel.Lab.Testing;

namespace K8sPqTunnel.Lab.Tests.Testing;

public sealed class CoveringArrayTests
{
    private static readonly int[] Levels = [4, 2, 16, 7, 2, 2, 5];

    [Fact]
    public void Every_two_values_of_two_factors_meet()
    {
        HashSet<(int, int, int, int)> met = [.. Pairs(CoveringArray.Make(Levels, (_, _, _, _) => true))];
        int all = Levels.SelectMany((count, i) => Levels.Skip(i + 1).Select(other => count * other)).Sum();
        Assert.Equal(all, met.Count);
    }

    [Fact]
    public void There_are_few_rows_and_the_same_ones_every_time()
    {
        IReadOnlyList<IReadOnlyList<int>> rows = CoveringArray.Make(Levels, (_, _, _, _) => true);
        // Two factors alone need 112.
        Assert.InRange(rows.Count, 112, 125);
        // What is as good as another does not come with the same companions all the time.
        Assert.InRange(rows.Count(row => row[4] == row[5]), rows.Count / 4, 3 * rows.Count / 4);
        Assert.Equal(rows, CoveringArray.Make(Levels, (_, _, _, _) => true));
    }

    [Fact]
    public void What_does_not_fit_meets_nowhere_and_everything_else_does()
    {
        // The first factor's last value fits only even values of the third.
        static bool Fits(int one, int value, int other, int otherValue) => !(one == 0 && value == 3 && other == 2 && otherValue % 2 == 1);
        HashSet<(int One, int Value, int Other, int OtherValue)> met = [.. Pairs(CoveringArray.Make(Levels, Fits))];
        Assert.DoesNotContain(met, pair => !Fits(pair.One, pair.Value, pair.Other, pair.OtherValue));
        int all = Levels.SelectMany((count, i) => Levels.Skip(i + 1).Select(other => count * other)).Sum();
        Assert.Equal(all - 8, met.Count);
    }

    [Fact]
    public void A_pair_that_fits_into_no_row_is_left_out()
    {
        // 1 of the first and 1 of the second fit each other, but no value of the third fits both.
        static bool Fits(int one, int value, int other, int otherValue) => other != 2 || value == 0 || (one == 0 ? otherValue == 0 : otherValue == 1);
        IReadOnlyList<IReadOnlyList<int>> rows = CoveringArray.Make([2, 2, 2], Fits);
        Assert.DoesNotContain(rows, row => row[0] == 1 && row[1] == 1);
        Assert.Contains(rows, row => row[0] == 1);
        Assert.Contains(rows, row => row[1] == 1);
    }

    private static IEnumerable<(int One, int Value, int Other, int OtherValue)> Pairs(IReadOnlyList<IReadOnlyList<int>> rows) =>
        from row in rows
        from one in Enumerable.Range(0, row.Count)
        from other in Enumerable.Range(one + 1, row.Count - one - 1)
        select (one, row[one], other, row[other]);
}
