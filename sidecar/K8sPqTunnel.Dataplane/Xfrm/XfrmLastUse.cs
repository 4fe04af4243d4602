using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>When a state last carried a packet. A kernel before Linux 6.2 does not tell: there it is when more packets were first seen to have passed.</summary>
/// <remarks>Under the host's gate.</remarks>
internal sealed class XfrmLastUse
{
    private ulong _packets;
    private DateTimeOffset? _seen;

    /// <param name="usage">As the kernel has it now.</param>
    /// <returns>In whole seconds where the kernel tells; null for never.</returns>
    public DateTimeOffset? Of(XfrmUsage usage, DateTimeOffset now)
    {
        // A state that was moved to another address counts anew.
        if (usage.Packets != 0)
        {
            if (usage.LastUsed != 0)
                _seen = DateTimeOffset.FromUnixTimeSeconds((long)usage.LastUsed);
            else if (usage.Packets != _packets)
                _seen = now;
        }
        _packets = usage.Packets;
        return _seen;
    }
}
