using System.Globalization;
using System.Text.RegularExpressions;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>A ping that goes on while something else happens.</summary>
internal sealed partial class Traffic(RunningCommand ping) : IAsyncDisposable
{
    /// <summary>Seconds between two.</summary>
    public const double Interval = 0.02;

    /// <summary>Stops it as Ctrl-C does.</summary>
    /// <returns>How many were sent, and the numbers of those that were never answered.</returns>
    public async Task<(int Sent, IReadOnlyList<int> Lost)> StopAsync()
    {
        ping.Signal(Signals.Interrupt);
        CommandResult result = await ping.FinishAsync(TestContext.Current.CancellationToken);
        HashSet<int> answered = [.. Answer().Matches(result.Output).Select(answer => int.Parse(answer.Groups["number"].ValueSpan, CultureInfo.InvariantCulture))];
        int sent = int.Parse(Sent().Match(result.Output).Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        // The last one may have been interrupted before its answer came.
        return (sent, [.. Enumerable.Range(1, sent - 1).Where(number => !answered.Contains(number))]);
    }

    public ValueTask DisposeAsync() => ping.DisposeAsync();

    /// <summary>How many stretches without a break the lost ones are.</summary>
    public static int Gaps(IReadOnlyList<int> lost) => lost.Where((number, i) => i == 0 || number != lost[i - 1] + 1).Count();

    [GeneratedRegex(@"bytes from .* icmp_seq=(?<number>\d+) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Answer();

    [GeneratedRegex(@"(?<count>\d+) packets transmitted", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Sent();
}
