using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>What a data plane of the kernel's may be told besides its policy. Callbacks come on the thread that listens to the kernel, and must not throw.</summary>
public sealed record XfrmOptions
{
    /// <summary>Called when authentic packets of an inbound SA come from another address or port than IKE said (RFC 7296 2.23). Only of ESP in UDP.</summary>
    public Action<EspSpi, PeerPath>? PeerMoved { get; init; }

    /// <summary>Called with our SPI of a child SA that wants a successor: one of its <see cref="SaLimits"/> comes near, or its sequence numbers run out.</summary>
    public Action<EspSpi>? RenewalDue { get; init; }

    /// <summary>Called with our SPI of a child SA when authentic packets come in by it, with the second of them: the peer uses it.</summary>
    public Action<EspSpi>? InboundUsed { get; init; }

    /// <summary>Called when a packet wants to go through the tunnel and no SA carries it (RFC 4301 4.4.1: the trap). Without it the packet is only blocked.</summary>
    public Action? TrafficWaiting { get; init; }

    /// <summary>How long the SAs of an earlier process receive after the first new one sends: a peer takes it up with its next packet.</summary>
    public TimeSpan InheritedGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether the network card that leads to the peer is to do the cryptography.</summary>
    public XfrmOffloadPolicy Offload { get; init; }
}
