using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike;

/// <summary>When a connection begins its next attempt: before its SA gets old, when fresh keys are wanted, after failures.</summary>
/// <param name="random">Spreads the times, so that many connections do not fall together.</param>
internal sealed class AttemptSchedule(RetryPlan plan, IRandomSource random)
{
    // An SA is replaced when this part of its lifetime is over, less a random part.
    private const double ReplaceAt = 0.9;
    private const double Spread = 0.1;

    // An SA that ends younger counts as a failure: two ends that keep deleting each other's SAs must not do so ever so fast.
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(60);

    private int _failures;
    private TimeSpan? _stableAt;
    private bool _isUrgent;

    /// <summary>When the next attempt begins; null: none is planned.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>An attempt has begun, or none is wanted any more.</summary>
    public void Clear()
    {
        Due = null;
        _isUrgent = false;
    }

    /// <summary>An SA is up.</summary>
    /// <param name="replacedWithin">Another, in which both ends prove themselves anew, takes over before this is over (RFC 7296 2.8.3); null: none does.</param>
    public void Succeed(TimeSpan now, TimeSpan lifetime, TimeSpan? replacedWithin)
    {
        _stableAt = now + (Stable < lifetime / 2 ? Stable : lifetime / 2);
        Due = replacedWithin is { } end ? now + end * (ReplaceAt - Spread * Chance.Draw(random)) : null;
        _isUrgent = false;
    }

    /// <summary>The SA that was up carries no traffic any more.</summary>
    public void Lose(TimeSpan now)
    {
        ForgetFailures(now);
        _stableAt = null;
    }

    /// <summary>Plans the next attempt, later with each failure in a row; one that is planned already stands.</summary>
    /// <returns>How long that is from now.</returns>
    public TimeSpan Retry(TimeSpan now)
    {
        ForgetFailures(now);
        if (!_isUrgent)
            Plan(now + WaitAfterFailure());
        return Due > now ? Due.Value - now : TimeSpan.Zero;
    }

    /// <summary>Plans the replacement of the SA that is up: for now, unless fresh keys are wanted of each SA as soon as it is up.</summary>
    public void Renew(TimeSpan now)
    {
        ForgetFailures(now);
        if (!_isUrgent)
            Plan(_stableAt is null ? now : now + WaitAfterFailure());
    }

    private void Plan(TimeSpan due)
    {
        Due = due;
        _isUrgent = true;
    }

    private TimeSpan WaitAfterFailure() => plan.WaitAfter(++_failures) * (1 - Spread * Chance.Draw(random));

    private void ForgetFailures(TimeSpan now)
    {
        if (!(_stableAt <= now))
            return;
        _failures = 0;
        _stableAt = null;
    }
}
