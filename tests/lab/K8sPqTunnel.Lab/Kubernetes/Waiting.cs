using System.Diagnostics;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Waits for a condition that gives no event of its own.</summary>
public static class Waiting
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <exception cref="LabException">It did not hold within <paramref name="limit"/>.</exception>
    public static Task UntilAsync(string what, TimeSpan limit, Func<bool> holds, CancellationToken cancellationToken) =>
        UntilAsync(what, limit, () => Task.FromResult(holds()), cancellationToken);

    /// <exception cref="LabException">It did not hold within <paramref name="limit"/>.</exception>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new LabException($"Waited {limit.TotalSeconds:0} s in vain for {what}.");
            await Task.Delay(Poll, cancellationToken);
        }
    }
}
