namespace K8sPqTunnel.Ike;

/// <summary>When a request is sent again while its answer is missing (RFC 7296 2.1, 2.4).</summary>
/// <param name="First">Time until the first repeat.</param>
/// <param name="Growth">Each wait is this many times the one before.</param>
/// <param name="Repeats">Repeats before the peer is given up, one more wait after the last.</param>
public sealed record RetransmissionPlan(TimeSpan First, double Growth, int Repeats)
{
    /// <summary>strongSwan's: 4.0 s growing by 1.8, five repeats, 165 s in all.</summary>
    public static RetransmissionPlan Default { get; } = new(TimeSpan.FromSeconds(4), 1.8, 5);

    /// <summary>How long to wait after sending for the <paramref name="sent"/>th time.</summary>
    internal TimeSpan WaitAfter(int sent) => First * Math.Pow(Growth, sent - 1);
}
