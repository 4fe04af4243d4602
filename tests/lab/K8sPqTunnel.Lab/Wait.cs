using System.Diagnostics;

namespace K8sPqTunnel.Lab;

/// <summary>Waits for a condition of the outside world that sends no event.</summary>
public static class Wait
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <param name="what">What is waited for, as in "the tunnel is ready".</param>
    /// <param name="condition">Asked again and again; may throw to give up early.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="pause">Between two questions; longer where asking is dear, as by starting a program.</param>
    /// <exception cref="LabException">It did not hold in time.</exception>
    public static async Task UntilAsync(
        string what, Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken, TimeSpan? pause = null)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new LabException($"Waited {limit.TotalSeconds:0} s in vain until {what}.");
            await Task.Delay(pause ?? Poll, cancellationToken);
        }
    }

    public static Task UntilAsync(string what, Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken) =>
        UntilAsync(what, () => Task.FromResult(condition()), limit, cancellationToken);
}
