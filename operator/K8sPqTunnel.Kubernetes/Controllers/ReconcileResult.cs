namespace K8sPqTunnel.Kubernetes.Controllers;

/// <summary>What a reconcile came to.</summary>
public readonly record struct ReconcileResult
{
    private ReconcileResult(TimeSpan? again, string? failure)
    {
        Again = again;
        Failure = failure;
    }

    /// <summary>The state is as wanted; the next change brings the next reconcile.</summary>
    public static ReconcileResult Done => default;

    internal TimeSpan? Again { get; }

    internal string? Failure { get; }

    /// <summary>All went well; look again after that time even if nothing changes.</summary>
    public static ReconcileResult RequeueAfter(TimeSpan delay) => new(delay, null);

    /// <summary>It did not work; try again after the item's backoff.</summary>
    /// <param name="why">One sentence for the log, without secrets.</param>
    public static ReconcileResult Failed(string why) => new(null, why);
}
