namespace K8sPqTunnel.Api;

/// <summary>Finds the known name that a mistyped one most likely means.</summary>
internal static class NearestName
{
    private const int LongestCompared = 64;

    /// <summary>The nearest candidate, or null when none is near (more than a third of the letters differ).</summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestCompared)
            return null;
        int limit = Math.Max(1, name.Length / 3);
        return candidates.Select(candidate => (candidate, distance: Distance(name, candidate)))
            .Where(pair => pair.distance <= limit).OrderBy(pair => pair.distance).Select(pair => pair.candidate).FirstOrDefault();
    }

    // Levenshtein's distance without regard to case, one row at a time.
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replace = diagonal + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
