using System.Globalization;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>The kernel's own count of what its XFRM dropped in a network namespace, by its own names (/proc/net/xfrm_stat).</summary>
public static class XfrmStatistics
{
    private const string File = "/proc/thread-self/net/xfrm_stat";

    /// <summary>Since the namespace was made, by whoever's states and policies; empty where the kernel does not count (CONFIG_XFRM_STATISTICS).</summary>
    public static IReadOnlyDictionary<string, long> Read()
    {
        try
        {
            return Parse(System.IO.File.ReadLines(File));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, long>();
        }
    }

    /// <summary>Lines of a name, blanks, and a number; others are left out.</summary>
    internal static Dictionary<string, long> Parse(IEnumerable<string> lines)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [var name, var text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                counts[name] = count;
        }
        return counts;
    }
}
