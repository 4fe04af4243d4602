using System.Net;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

/// <summary>
/// Two gateways on a wire with the user-space data plane between them, both guarded, without SAs yet. Left: 192.0.2.1 and a
/// workload, 10.1.0.2, behind 10.1.0.1. Right: 192.0.2.2 with 10.2.0.1 on itself. In IPv6 the same with 2001:db8:: outside and fd00:1::
/// and fd00:2:: inside.
/// </summary>
internal sealed class TwoGateways : IAsyncDisposable
{
    private readonly IPAddress _leftOuter;
    private readonly IPAddress _rightOuter;
    private readonly UdpTransport _leftTransport;
    private readonly UdpTransport _rightTransport;
    private readonly IPNetwork[] _leftNetworks = [IPNetwork.Parse("10.1.0.0/16")];
    private readonly IPNetwork[] _rightNetworks = [IPNetwork.Parse("10.2.0.0/16")];

    /// <param name="withOuterAddresses">The gateways' outer addresses belong to the tunnel's networks too.</param>
    /// <param name="outerIpv6">The gateways talk over IPv6.</param>
    /// <param name="innerIpv6">The tunnel carries IPv6 besides IPv4.</param>
    /// <param name="offloads">Those of the interfaces; without any the sockets have none either.</param>
    public TwoGateways(bool withOuterAddresses = false, bool outerIpv6 = false, bool innerIpv6 = false, TunOffloads offloads = TunOffloads.All)
    {
        bool socketOffloads = offloads != TunOffloads.None;
        _leftOuter = IPAddress.Parse(outerIpv6 ? "2001:db8::1" : "192.0.2.1");
        _rightOuter = IPAddress.Parse(outerIpv6 ? "2001:db8::2" : "192.0.2.2");
        // Strict reverse path filtering, but where the peer is on the link and in the remote network: there ARP would fail it.
        int filter = withOuterAddresses ? 2 : 1;
        foreach (NetworkNamespace space in new[] { Left, Right })
            space.Shell($"cd /proc/sys/net/ipv4; echo 1 > ip_forward; echo {filter} > conf/all/rp_filter; echo {filter} > conf/default/rp_filter");
        // An address counts at once, without the second in which the link is asked whether somebody has it.
        foreach (NetworkNamespace space in new[] { Left, Right, Workload })
            space.Shell("cd /proc/sys/net/ipv6/conf; echo 0 > all/accept_dad; echo 0 > default/accept_dad; echo 1 > all/forwarding");
        NetworkNamespace.Join(Left, "wan0", "192.0.2.1/24", Right, "wan0", "192.0.2.2/24");
        NetworkNamespace.Join(Workload, "eth0", "10.1.0.2/24", Left, "lan0", "10.1.0.1/24");
        Workload.Shell("ip route add default via 10.1.0.1");
        Right.Shell("ip addr add 10.2.0.1/32 dev lo");
        Left.Shell("ip addr add 2001:db8::1/64 dev wan0; ip addr add fd00:1::1/64 dev lan0");
        Right.Shell("ip addr add 2001:db8::2/64 dev wan0; ip addr add fd00:2::1/128 dev lo");
        Workload.Shell("ip addr add fd00:1::2/64 dev eth0; ip route add default via fd00:1::1");
        if (innerIpv6)
        {
            _leftNetworks = [.. _leftNetworks, IPNetwork.Parse("fd00:1::/48")];
            _rightNetworks = [.. _rightNetworks, IPNetwork.Parse("fd00:2::/48")];
        }
        if (withOuterAddresses)
        {
            int bits = outerIpv6 ? 128 : 32;
            _leftNetworks = [.. _leftNetworks, new IPNetwork(_leftOuter, bits)];
            _rightNetworks = [.. _rightNetworks, new IPNetwork(_rightOuter, bits)];
        }

        _leftTransport = new UdpTransport(Left, _leftOuter, socketOffloads);
        _rightTransport = new UdpTransport(Right, _rightOuter, socketOffloads);
        LeftPlane = Guarded(Left, new TunnelPolicy("left", _leftNetworks, _rightNetworks), _leftTransport, _rightOuter, offloads);
        RightPlane = Guarded(Right, new TunnelPolicy("right", _rightNetworks, _leftNetworks), _rightTransport, _leftOuter, offloads);
    }

    public NetworkNamespace Left { get; } = NetworkNamespace.Create();

    public NetworkNamespace Right { get; } = NetworkNamespace.Create();

    public NetworkNamespace Workload { get; } = NetworkNamespace.Create();

    public UserspaceDataplane LeftPlane { get; }

    public UserspaceDataplane RightPlane { get; }

    /// <summary>Installs a new pair of SAs on both sides.</summary>
    public SaPair Establish(uint spi = 0x1000)
    {
        SaPair sas = SaPair.Create(
            left: [.. _leftNetworks.Select(TrafficSelector.Of)],
            right: [.. _rightNetworks.Select(TrafficSelector.Of)],
            path: new PeerPath(new IPEndPoint(_leftOuter, PeerPath.NatTraversalPort), new IPEndPoint(_rightOuter, PeerPath.NatTraversalPort)),
            spi: spi);
        LeftPlane.InstallInbound(sas.Left);
        RightPlane.InstallInbound(sas.Right);
        RightPlane.InstallOutbound(sas.Right);
        LeftPlane.InstallOutbound(sas.Left);
        return sas;
    }

    public async ValueTask DisposeAsync()
    {
        await LeftPlane.DisposeAsync();
        await RightPlane.DisposeAsync();
        _leftTransport.Dispose();
        _rightTransport.Dispose();
        Left.Dispose();
        Right.Dispose();
        Workload.Dispose();
    }

    private static UserspaceDataplane Guarded(NetworkNamespace space, TunnelPolicy policy, UdpTransport transport, IPAddress peer, TunOffloads offloads)
    {
        var plane = new UserspaceDataplane(policy, transport, new EspSpiPool(new SystemRandomSource()), new UserspaceOptions { Offloads = offloads });
        transport.Receiver = plane;
        transport.Start();
        space.Run(() =>
        {
            plane.UsePeers([peer], [500, 4500]);
            plane.Guard();
        });
        return plane;
    }
}
