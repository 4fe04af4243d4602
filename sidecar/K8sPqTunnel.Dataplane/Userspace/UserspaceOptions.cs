using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What a user-space data plane may be told besides its policy.</summary>
public sealed record UserspaceOptions
{
    /// <summary>
    /// Called when the newest authentic packet of an inbound SA came from another address or port than the one before, as behind a
    /// NAT that has forgotten us (RFC 7296 2.23). On the thread that called <see cref="OpenedBatch.Accept"/>; must not throw.
    /// </summary>
    public Action<EspSpi, PeerPath>? PeerMoved { get; init; }

    /// <summary>
    /// Called with our SPI of a child SA that wants a successor: its sequence numbers begin to run out (RFC 4303 3.3.3), or one of its
    /// <see cref="SaLimits"/> comes near. Beyond them its packets are dropped. On a thread that sends or receives; must not throw.
    /// </summary>
    public Action<EspSpi>? RenewalDue { get; init; }

    /// <summary>
    /// Called with our SPI of a child SA when the first authentic packet came in by it: the peer uses it. On the thread that called
    /// <see cref="OpenedBatch.Accept"/>; must not throw.
    /// </summary>
    public Action<EspSpi>? InboundUsed { get; init; }

    /// <summary>
    /// Called when a packet wants to go through the tunnel and no SA carries it (RFC 4301 4.4.1: the trap), at most once in
    /// <see cref="TrafficWaitingPause"/>. On a thread that sends; must not throw.
    /// </summary>
    public Action? TrafficWaiting { get; init; }

    public TimeSpan TrafficWaitingPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What of the interface's offloads to ask for.</summary>
    internal TunOffloads Offloads { get; init; } = TunOffloads.All;

    /// <summary>Called when the interface is lost and nothing passes any more (nor anything in clear). On a thread of the data plane; must not throw.</summary>
    public Action<TunException>? InterfaceLost { get; init; }
}
