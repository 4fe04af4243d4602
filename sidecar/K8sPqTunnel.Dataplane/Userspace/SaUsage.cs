using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What one half of an SA has carried, held against its limits (RFC 4301 4.4.2.1). Under the SA's lock.</summary>
internal struct SaUsage(SaLimits limits)
{
    private long _octets;
    private long _packets;
    private bool _isTold;
    private long _lastUsed;

    /// <summary>It may carry nothing more.</summary>
    public readonly bool IsSpent => _octets >= limits.Octets || _packets >= limits.Packets;

    /// <summary>How long ago the last packet was; null before the first.</summary>
    /// <param name="now">Of <see cref="Environment.TickCount64"/>.</param>
    public readonly TimeSpan? SinceUsed(long now) => _packets == 0 ? null : TimeSpan.FromMilliseconds(Math.Max(0, now - _lastUsed));

    /// <summary>One more packet.</summary>
    /// <param name="now">Of <see cref="Environment.TickCount64"/>.</param>
    /// <param name="isFirst">It is the first.</param>
    /// <returns>True once, when the SA's successor begins to be wanted.</returns>
    public bool Count(int octets, long now, out bool isFirst)
    {
        isFirst = _packets == 0;
        _lastUsed = now;
        _octets += octets;
        _packets++;
        if (_isTold || (_octets < limits.RekeyOctets && _packets < limits.RekeyPackets))
            return false;
        _isTold = true;
        return true;
    }
}
