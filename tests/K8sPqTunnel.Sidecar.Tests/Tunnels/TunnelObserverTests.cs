using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.State;
using K8sPqTunnel.Sidecar.Tunnels;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class TunnelObserverTests
{
    private readonly TunnelBoard _board = new(Snapshots.Down with { Peers = [] });
    private readonly TunnelObserver _observer;

    public TunnelObserverTests() =>
        _observer = new TunnelObserver(PeerProfile.Generic, _board, TimeProvider.System, NullLogger<TunnelObserver>.Instance);

    [Fact]
    public void A_tunnel_of_several_peers_is_up_while_one_of_them_is()
    {
        Enter("branches", ConnectionState.Listening);
        Assert.Equal(TunnelPhase.Listening, _board.Current.Phase);

        Enter("branches/one", ConnectionState.Established);
        Enter("branches/two", ConnectionState.Established);
        Enter("branches/one", ConnectionState.Listening);
        Assert.Equal(TunnelPhase.Established, _board.Current.Phase);
        Assert.True(_observer.IsUp);

        Enter("branches/two", ConnectionState.Listening);
        Assert.Equal(TunnelPhase.Listening, _board.Current.Phase);
    }

    [Fact]
    public void Each_peer_stands_in_the_status_until_its_last_IKE_SA_is_gone()
    {
        Establish(1, "one.example", "192.0.2.1:4500");
        Establish(2, "two.example", "192.0.2.2:4500");
        Establish(3, "one.example", "192.0.2.3:4500");
        Assert.Equal([new("one.example", "192.0.2.3:4500"), new PeerSnapshot("two.example", "192.0.2.2:4500")], _board.Current.Peers);
        Assert.Equal("one.example", _board.Current.Ike?.PeerId);

        _observer.Take(new IkeSaClosed("branches", new IkeSpi(1), new IkeSpi(99)));
        _observer.Take(new IkeSaClosed("branches", new IkeSpi(2), new IkeSpi(99)));
        Assert.Equal([new PeerSnapshot("one.example", "192.0.2.3:4500")], _board.Current.Peers);
    }

    [Theory]
    [InlineData(true, OuterTransport.UdpEncapsulated)]
    [InlineData(false, OuterTransport.Udp)]
    public void The_transport_tells_how_ESP_travels_also_where_IKE_is_on_the_shared_port(bool inUdp, OuterTransport expected)
    {
        _observer.Take(new ChildUp("branches", new EspSpi(1), new EspSpi(2), "", inUdp, [], [], [], QuantumSafe: false, OwnQuantumSafe: false, Replaces: null, 0));
        Establish(1, "one.example", "192.0.2.1:4500");
        Assert.Equal(expected, _board.Current.Transport);
        _observer.Take(new ChildUp("branches", new EspSpi(3), new EspSpi(4), "", !inUdp, [], [], [], QuantumSafe: false, OwnQuantumSafe: false, Replaces: null, 1));
        _observer.Take(new ChildUp("branches", new EspSpi(5), new EspSpi(6), "", inUdp, [], [], [], QuantumSafe: false, OwnQuantumSafe: false, Replaces: null, 2));
        Assert.Equal(expected, _board.Current.Transport);
    }

    private void Enter(string connection, ConnectionState state) => _observer.Take(new ConnectionStateChanged(connection, state));

    private void Establish(ulong spi, string peer, string address) => _observer.Take(new IkeSaEstablished(
        "branches",
        new IkeSpi(spi),
        new IkeSpi(99),
        new PeerPath(IPEndPoint.Parse("198.51.100.1:4500"), IPEndPoint.Parse(address)),
        new IkeIdentity(IdentityType.Fqdn, System.Text.Encoding.ASCII.GetBytes(peer)),
        "aes256gcm16-prfsha384-ecp384",
        [],
        QuantumSafe: false,
        LocalBehindNat: false,
        PeerBehindNat: false,
        Fragmentation: true,
        LargestFragmentCount: 1,
        IsInitiator: false));
}
