namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What happens after an answer.</summary>
internal readonly record struct TaskStep
{
    private TaskStep(StepKind kind, IExchangeTask? next, IkeFailure? failure, bool peerThinksItIsUp)
    {
        Kind = kind;
        NextTask = next;
        Failure = failure;
        PeerThinksItIsUp = peerThinksItIsUp;
    }

    public StepKind Kind { get; }

    public IExchangeTask? NextTask { get; }

    public IkeFailure? Failure { get; }

    /// <summary>The peer counts the SA as established and has to be told that it is not.</summary>
    public bool PeerThinksItIsUp { get; }

    /// <summary>The exchange is over.</summary>
    public static TaskStep Done { get; } = new(StepKind.Done, null, null, false);

    /// <summary>The answer was taken before: go on waiting for the one to the request as it is now.</summary>
    public static TaskStep Ignore { get; } = new(StepKind.Ignore, null, null, false);

    /// <summary>The same request again, built anew, with the same message ID: COOKIE and INVALID_KE_PAYLOAD (RFC 7296 2.6.1).</summary>
    public static TaskStep Again { get; } = new(StepKind.Again, null, null, false);

    /// <summary>Something outside has to be waited for: the same answer is handed in again when <see cref="ExchangeRunner.Resume"/> is called.</summary>
    public static TaskStep Later { get; } = new(StepKind.Later, null, null, false);

    /// <summary>The exchange is over and another begins.</summary>
    public static TaskStep Next(IExchangeTask task) => new(StepKind.Next, task, null, false);

    /// <summary>
    /// The answer is of no use, but anybody could have sent it: go on listening for a better one, and fail with this when none
    /// comes (RFC 7296 2.21.1).
    /// </summary>
    public static TaskStep Doubt(IkeFailure failure) => new(StepKind.Doubt, null, failure, false);

    /// <summary>The SA has failed.</summary>
    public static TaskStep Fail(IkeFailure failure, bool peerThinksItIsUp = false) =>
        new(StepKind.Fail, null, failure, peerThinksItIsUp);
}
