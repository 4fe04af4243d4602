using System.Net;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>What the kernel tells by itself, about something with this reqid.</summary>
internal abstract record XfrmEvent(uint Reqid)
{
    /// <summary>A packet wants to go out by a policy whose states are not there.</summary>
    /// <param name="Selector">The packet.</param>
    internal sealed record Acquire(uint Reqid, XfrmSelector? Selector) : XfrmEvent(Reqid);

    /// <summary>A state has reached a limit.</summary>
    /// <param name="IsHard">It is gone; otherwise it still works.</param>
    internal sealed record Expire(XfrmState State, bool IsHard) : XfrmEvent(State.Reqid);

    /// <summary>An authentic packet of an inbound state came from elsewhere, as behind a NAT that has forgotten us.</summary>
    /// <param name="Spi">The state's.</param>
    internal sealed record Mapping(uint Reqid, uint Spi, IPEndPoint OldSource, IPEndPoint NewSource) : XfrmEvent(Reqid);

    /// <summary>The kernel told more than was read in time, and some of it is lost.</summary>
    internal sealed record Overrun() : XfrmEvent(0);
}
