using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What one half of an SA has carried, held against its limits (RFC 4301 4.4.2.1). Under the SA's lock.</summary>
internal struct SaUsage(SaLimits limits)
{
    private long _octets;
    private long _packets;
    private bool _isTold;

    /// <summary>It may carry nothing more.</summary>
    public readonly bool IsSpent => _octets >= limits.Octets || _packets >= limits.Packets;

    /// <summary>One more packet.</summary>
    /// <param name="isFirst">It is the first.</param>
    /// <returns>True once, when the SA's successor begins to be wanted.</returns>
    public bool Count(int octets, out bool isFirst)
    {
        isFirst = _packets == 0;
        _octets += octets;
        _packets++;
        if (_isTold || (_octets < limits.RekeyOctets && _packets < limits.RekeyPackets))
            return false;
        _isTold = true;
        return true;
    }
}
