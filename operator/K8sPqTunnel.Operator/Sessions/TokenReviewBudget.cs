using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>How many tokens the API server is asked about on behalf of callers that have proved nothing yet: whoever reaches the port may send any.</summary>
/// <remarks>Each address has a budget of its own, so that one that floods keeps no other out; all gateways of a node share its address.</remarks>
internal sealed class TokenReviewBudget : IDisposable
{
    // A node runs a few dozen gateways at most, and all of them may call at once after the operator was away.
    private const int Burst = 100;
    private const int PerSecond = 5;

    private readonly PartitionedRateLimiter<string> _budgets;
    private readonly Meter _meter = new("K8sPqTunnel.Operator");
    private readonly Counter<long> _reviews;

    public TokenReviewBudget()
        : this(Burst, PerSecond)
    {
    }

    /// <param name="burst">How many at once.</param>
    /// <param name="perSecond">How many more each second.</param>
    internal TokenReviewBudget(int burst, int perSecond)
    {
        _budgets = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));
        _reviews = _meter.CreateCounter<long>("pqtunnel_token_reviews_total", description: "Calls of daemons by what became of their token: Accepted, Refused, TooMany, Unreachable.");
    }

    /// <param name="address">The caller's, without its port.</param>
    /// <returns>False where it has asked for too much: nobody is asked.</returns>
    public bool TryTake(string address)
    {
        using RateLimitLease lease = _budgets.AttemptAcquire(address);
        if (!lease.IsAcquired)
            Count("TooMany");
        return lease.IsAcquired;
    }

    /// <summary>What became of a token.</summary>
    public void Count(string outcome) => _reviews.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose()
    {
        _budgets.Dispose();
        _meter.Dispose();
    }
}
