namespace K8sPqTunnel.Ike;

/// <summary>How long a connection waits before it tries again after a failure: doubled each time, up to a limit.</summary>
public sealed record RetryPlan(TimeSpan First, TimeSpan Longest)
{
    public static RetryPlan Default { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    /// <summary>The wait after the <paramref name="failures"/>th failure in a row.</summary>
    internal TimeSpan WaitAfter(int failures)
    {
        TimeSpan wait = First * Math.Pow(2, Math.Min(failures - 1, 16));
        return wait < Longest ? wait : Longest;
    }
}
