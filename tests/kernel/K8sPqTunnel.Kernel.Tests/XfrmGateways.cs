using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>The kernel's data plane.</summary>
/// <param name="offload">Whether a network card is to do the cryptography.</param>
internal sealed class XfrmGateways(XfrmOffloadPolicy offload = XfrmOffloadPolicy.Never) : IGatewayKind
{
    public GatewayEnd Open(NetworkNamespace space, TunnelPolicy policy, IPAddress local)
    {
        var signals = new GatewaySignals();
        XfrmHost host = space.Run(() => new XfrmHost(new SystemRandomSource()));
        var plane = new XfrmDataplane(policy, host, new XfrmOptions
        {
            Offload = offload,
            RenewalDue = signals.Renewals.Enqueue,
            InboundUsed = signals.FirstUses.Enqueue,
            TrafficWaiting = signals.Wait,
            PeerMoved = (spi, path) => signals.Moves.Enqueue((spi, path.Remote)),
        });
        Socket socket = space.Run(() =>
        {
            var bound = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            if (IsTaken(local))
                return bound;                                           // The first tunnel's takes the ESP of all addresses.
            bound.Bind(new IPEndPoint(local.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, PeerPath.NatTraversalPort));
            XfrmSockets.Bypass(bound);
            XfrmSockets.ReceiveEsp(bound);
            return bound;
        });
        return new GatewayEnd(plane, signals, socket, host);
    }

    public void InstallOutbound(IDataplane plane, ChildSa sa, ulong last)
    {
        plane.InstallOutbound(sa);
        if (last != 0)
            SequenceNumbers.SkipTo(new XfrmStateId(sa.Path.Local.Address, sa.Path.Remote.Address, sa.OutboundSpi.Value), last);
    }

    private static bool IsTaken(IPAddress local)
    {
        using var trial = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            trial.Bind(new IPEndPoint(local, PeerPath.NatTraversalPort));
            return false;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }
}
