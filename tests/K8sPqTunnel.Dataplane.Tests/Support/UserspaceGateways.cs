using System.Net;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>The user-space data plane.</summary>
/// <param name="offloads">Those of the interfaces; without any the sockets have none either.</param>
internal sealed class UserspaceGateways(TunOffloads offloads = TunOffloads.All) : IGatewayKind
{
    public GatewayEnd Open(NetworkNamespace space, TunnelPolicy policy, IPAddress local)
    {
        var signals = new GatewaySignals();
        var transport = new UdpTransport(space, local, wantsOffloads: offloads != TunOffloads.None);
        var plane = new UserspaceDataplane(policy, transport, new EspSpiPool(new SystemRandomSource()), new UserspaceOptions
        {
            Offloads = offloads,
            RenewalDue = signals.Renewals.Enqueue,
            InboundUsed = signals.FirstUses.Enqueue,
            TrafficWaiting = signals.Wait,
            TrafficWaitingPause = TimeSpan.Zero,
            PeerMoved = (spi, path) => signals.Moves.Enqueue((spi, path.Remote)),
        });
        transport.Receiver = plane;
        transport.Start();
        return new GatewayEnd(plane, signals, transport);
    }

    public void InstallOutbound(IDataplane plane, ChildSa sa, ulong last) => ((UserspaceDataplane)plane).InstallOutbound(sa, last);
}
