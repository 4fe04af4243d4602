namespace K8sPqTunnel.Lab.Testing;

/// <summary>
/// Few rows of values, one of each factor, in which every two values of two factors meet: what fails by two things coming together is
/// seen without trying everything with everything.
/// </summary>
/// <remarks>Greedy, and the same rows for the same factors: a row begins with a pair that has not met, and takes of each other factor the value with the most new meetings.</remarks>
public static class CoveringArray
{
    /// <summary>Makes the rows.</summary>
    /// <param name="levels">How many values each factor has.</param>
    /// <param name="fits">Whether a value of one factor may meet a value of another, the factor with the lower number first: factor, value, factor, value.</param>
    /// <returns>Rows with the number of a value for each factor. A pair that fits and still is in none fits into no whole row.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Make(IReadOnlyList<int> levels, Func<int, int, int, int, bool> fits)
    {
        var state = new State(levels, fits);
        List<IReadOnlyList<int>> rows = [];
        foreach ((int one, int value, int other, int otherValue) in state.Pairs)
        {
            if (state.HasMet(one, value, other, otherValue))
                continue;
            int[] row = [.. levels.Select(_ => State.Open)];
            (row[one], row[other]) = (value, otherValue);
            if (!state.TryFill(row))
                continue;
            state.Meet(row);
            rows.Add(row);
        }

        return rows;
    }

    private sealed class State
    {
        public const int Open = -1;

        private readonly IReadOnlyList<int> _levels;
        private readonly HashSet<(int One, int Value, int Other, int OtherValue)> _fitting = [];
        private readonly HashSet<(int One, int Value, int Other, int OtherValue)> _met = [];
        private readonly int[] _order;
        private int _rows;

        public State(IReadOnlyList<int> levels, Func<int, int, int, int, bool> fits)
        {
            _levels = levels;
            int[] factors = [.. Enumerable.Range(0, levels.Count)];
            // The factors with the most values decide how many rows there are: they come first.
            _order = [.. factors.OrderByDescending(factor => levels[factor])];
            Pairs =
            [
                .. from one in factors
                   from other in factors
                   where one < other
                   orderby levels[one] * levels[other] descending
                   from value in Enumerable.Range(0, levels[one])
                   from otherValue in Enumerable.Range(0, levels[other])
                   where fits(one, value, other, otherValue)
                   select (one, value, other, otherValue),
            ];
            _fitting.UnionWith(Pairs);
        }

        /// <summary>All that fit.</summary>
        public IReadOnlyList<(int One, int Value, int Other, int OtherValue)> Pairs { get; }

        public bool HasMet(int one, int value, int other, int otherValue) => _met.Contains((one, value, other, otherValue));

        /// <summary>Gives every open factor a value; false where none fits.</summary>
        public bool TryFill(int[] row)
        {
            int factor = Array.Find(_order.Append(_levels.Count).ToArray(), candidate => candidate == _levels.Count || row[candidate] == Open);
            if (factor == _levels.Count)
                return true;
            IEnumerable<int> candidates = Enumerable.Range(0, _levels[factor])
                .Where(value => Partners(row, factor, value).All(_fitting.Contains))
                .OrderByDescending(value => Partners(row, factor, value).Count(pair => !_met.Contains(pair)))
                .ThenBy(value => Shuffled(factor, value));
            foreach (int value in candidates)
            {
                row[factor] = value;
                if (TryFill(row))
                    return true;
            }

            row[factor] = Open;
            return false;
        }

        public void Meet(int[] row)
        {
            for (int factor = 0; factor < row.Length; factor++)
                _met.UnionWith(Partners(row, factor, row[factor]));
            _rows++;
        }

        // Without it, values that are as good would always come together.
        private uint Shuffled(int factor, int value)
        {
            uint mixed = unchecked(((uint)_rows * 0x9e3779b1) ^ ((uint)factor * 0x85ebca77) ^ ((uint)value * 0xc2b2ae3d));
            mixed = unchecked((mixed ^ (mixed >> 15)) * 0x2c1b3c6d);
            return mixed ^ (mixed >> 12);
        }

        private static IEnumerable<(int One, int Value, int Other, int OtherValue)> Partners(int[] row, int factor, int value) =>
            from other in Enumerable.Range(0, row.Length)
            where other != factor && row[other] != Open
            select other < factor ? (other, row[other], factor, value) : (factor, value, other, row[other]);
    }
}
