namespace K8sPqTunnel.Kubernetes.WorkQueues;

/// <summary>Waits that double from <paramref name="First"/> up to <paramref name="Longest"/>, for ever.</summary>
/// <param name="First">The wait after the first failure.</param>
/// <param name="Longest">No wait is longer.</param>
public readonly record struct ExponentialBackoff(TimeSpan First, TimeSpan Longest)
{
    /// <param name="failures">How often it has failed in a row; 1 is the first time.</param>
    public TimeSpan After(int failures)
    {
        int doublings = Math.Clamp(failures - 1, 0, 62);
        double ticks = First.Ticks * Math.Pow(2, doublings);
        return ticks < Longest.Ticks ? TimeSpan.FromTicks((long)ticks) : Longest;
    }
}
