namespace K8sPqTunnel.Grpc.Wire;

/// <summary>The time that is left to a call, as a token source.</summary>
internal static class CallDeadline
{
    // What a timer takes; a call that may run this long has no deadline for any practical purpose.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>A source that cancels itself after <paramref name="timeout"/>; never, without one.</summary>
    public static CancellationTokenSource Start(TimeSpan? timeout) => timeout switch
    {
        null => new CancellationTokenSource(),
        { } left => new CancellationTokenSource(left < Longest ? left : Longest),
    };
}
