using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>What a tunnel's data plane tells of its packets, on threads of its own; none may throw.</summary>
/// <param name="RenewalDue">A child SA, named by our SPI, wants a successor.</param>
/// <param name="InboundUsed">The peer uses a child SA.</param>
/// <param name="TrafficWaiting">A packet wants to go through, and no SA carries it.</param>
/// <param name="PeerMoved">Authentic packets come from another address or port.</param>
/// <param name="Lost">Nothing passes any more, nor anything in clear.</param>
internal sealed record DataplaneSignals(
    Action<EspSpi> RenewalDue, Action<EspSpi> InboundUsed, Action TrafficWaiting, Action<EspSpi, PeerPath> PeerMoved, Action<IOException> Lost)
{
    /// <summary>Makes a data plane that tells them.</summary>
    /// <param name="waits">The first packet outward begins the tunnel (spec.startAction: Trap).</param>
    /// <param name="offload">Whether a network card is to encrypt.</param>
    /// <exception cref="IOException">The kernel has no XFRM.</exception>
    /// <exception cref="NotSupportedException">It cannot carry the policy.</exception>
    public IDataplane Create(DataplaneKind kind, TunnelPolicy policy, IkeHub hub, IEspTransport transport, bool waits, XfrmOffloadPolicy offload) => kind switch
    {
        DataplaneKind.Xfrm => new XfrmDataplane(policy, hub.Kernel, new XfrmOptions
        {
            RenewalDue = RenewalDue,
            InboundUsed = InboundUsed,
            TrafficWaiting = waits ? TrafficWaiting : null,
            PeerMoved = PeerMoved,
            Offload = offload,
        }),
        _ => new UserspaceDataplane(policy, transport, hub.Spis, new UserspaceOptions
        {
            RenewalDue = RenewalDue,
            InboundUsed = InboundUsed,
            TrafficWaiting = TrafficWaiting,
            PeerMoved = PeerMoved,
            InterfaceLost = Lost,
        }),
    };
}
