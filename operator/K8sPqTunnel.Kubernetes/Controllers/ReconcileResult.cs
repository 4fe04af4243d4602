using K8sPqTunnel.Kubernetes.Client;

namespace K8sPqTunnel.Kubernetes.Controllers;

/// <summary>How a reconcile ended and when the key comes back.</summary>
public readonly record struct ReconcileResult
{
    private ReconcileResult(TimeSpan? again, string? failure)
    {
        Again = again;
        Failure = failure;
    }

    /// <summary>The state is as wanted; the next change brings the next reconcile.</summary>
    public static ReconcileResult Done => default;

    /// <summary>There is no such object any more, nor anything of it: no resync looks at it again.</summary>
    public static ReconcileResult Gone => new(null, null) { IsGone = true };

    /// <summary>After a failure: no sooner than this.</summary>
    internal TimeSpan? Again { get; }

    internal string? Failure { get; }

    internal bool IsGone { get; private init; }

    internal bool IsConflict { get; private init; }

    /// <summary>All went well; look again after that time even if nothing changes.</summary>
    public static ReconcileResult RequeueAfter(TimeSpan delay) => new(delay, null);

    /// <summary>It did not work; try again after the item's backoff.</summary>
    /// <param name="why">One sentence for the log, without secrets.</param>
    public static ReconcileResult Failed(string why) => new(null, why);

    // A server that asks to wait is obeyed. A conflict is ordinary where several write: the store shows the newer object in a moment.
    internal static ReconcileResult Refused(ApiException refusal) => new(refusal.RetryAfter, refusal.Message) { IsConflict = refusal.IsConflict };
}
