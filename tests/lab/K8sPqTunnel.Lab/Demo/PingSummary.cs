using System.Globalization;
using System.Text.RegularExpressions;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>The closing lines of ping(8), in the words of iputils or busybox.</summary>
/// <param name="Average">Round-trip time in milliseconds; 0 without an answer.</param>
public sealed partial record PingSummary(int Sent, int Received, double Average)
{
    /// <exception cref="LabException">It is not ping's output.</exception>
    public static PingSummary Parse(string output)
    {
        Match counts = Counts().Match(output);
        if (!counts.Success)
            throw new LabException($"ping said nothing of use: {output.Trim()}");
        Match times = Times().Match(output);
        return new PingSummary(
            int.Parse(counts.Groups["sent"].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(counts.Groups["received"].ValueSpan, CultureInfo.InvariantCulture),
            times.Success ? double.Parse(times.Groups["average"].ValueSpan, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex("(?<sent>[0-9]+) packets transmitted, (?<received>[0-9]+) (packets )?received", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Counts();

    [GeneratedRegex("= [0-9.]+/(?<average>[0-9.]+)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Times();
}
