using System.Net;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

/// <summary>
/// Two gateways on a wire with the user-space data plane between them, both guarded, without SAs yet. Left: 192.0.2.1 and a
/// workload, 10.1.0.2, behind 10.1.0.1. Right: 192.0.2.2 with 10.2.0.1 on itself.
/// </summary>
internal sealed class TwoGateways : IAsyncDisposable
{
    private static readonly IPAddress LeftOuter = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress RightOuter = IPAddress.Parse("192.0.2.2");
    private readonly UdpTransport _leftTransport;
    private readonly UdpTransport _rightTransport;
    private readonly IPNetwork[] _leftNetworks = [IPNetwork.Parse("10.1.0.0/16")];
    private readonly IPNetwork[] _rightNetworks = [IPNetwork.Parse("10.2.0.0/16")];

    /// <param name="withOuterAddresses">The gateways' outer addresses belong to the tunnel's networks too.</param>
    public TwoGateways(bool withOuterAddresses = false)
    {
        // Strict reverse path filtering, but where the peer is on the link and in the remote network: there ARP would fail it.
        int filter = withOuterAddresses ? 2 : 1;
        foreach (NetworkNamespace space in new[] { Left, Right })
            space.Shell($"cd /proc/sys/net/ipv4; echo 1 > ip_forward; echo {filter} > conf/all/rp_filter; echo {filter} > conf/default/rp_filter");
        NetworkNamespace.Join(Left, "wan0", "192.0.2.1/24", Right, "wan0", "192.0.2.2/24");
        NetworkNamespace.Join(Workload, "eth0", "10.1.0.2/24", Left, "lan0", "10.1.0.1/24");
        Workload.Shell("ip route add default via 10.1.0.1");
        Right.Shell("ip addr add 10.2.0.1/32 dev lo");
        if (withOuterAddresses)
        {
            _leftNetworks = [.. _leftNetworks, new IPNetwork(LeftOuter, 32)];
            _rightNetworks = [.. _rightNetworks, new IPNetwork(RightOuter, 32)];
        }

        _leftTransport = new UdpTransport(Left, LeftOuter);
        _rightTransport = new UdpTransport(Right, RightOuter);
        LeftPlane = Guarded(Left, new TunnelPolicy("left", _leftNetworks, _rightNetworks), _leftTransport, RightOuter);
        RightPlane = Guarded(Right, new TunnelPolicy("right", _rightNetworks, _leftNetworks), _rightTransport, LeftOuter);
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
            path: new UdpPath(new IPEndPoint(LeftOuter, UdpPath.NatTraversalPort), new IPEndPoint(RightOuter, UdpPath.NatTraversalPort)),
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

    private static UserspaceDataplane Guarded(NetworkNamespace space, TunnelPolicy policy, UdpTransport transport, IPAddress peer)
    {
        var plane = new UserspaceDataplane(policy, transport, new EspSpiPool(new SystemRandomSource()));
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
