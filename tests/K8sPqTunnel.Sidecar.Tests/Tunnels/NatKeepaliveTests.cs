using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Tunnels;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class NatKeepaliveTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private static readonly PeerPath Berlin = To("198.51.100.7:4500");
    private static readonly PeerPath Paris = To("198.51.100.8:4500");

    private readonly ManualTime _time = new();
    private readonly List<PeerPath> _sent = [];

    [Fact]
    public void The_peer_gets_one_in_each_interval()
    {
        using var keepalive = new NatKeepalive(Interval, _sent.Add, _time);
        keepalive.Start("one", Berlin);

        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.Empty(_sent);
        _time.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal([Berlin, Berlin, Berlin], _sent);
    }

    [Fact]
    public void A_new_peer_takes_the_place_of_the_old_one()
    {
        using var keepalive = new NatKeepalive(Interval, _sent.Add, _time);
        keepalive.Start("one", Berlin);
        keepalive.Start("one", Paris);

        _time.Advance(Interval);
        Assert.Equal([Paris], _sent);
    }

    [Fact]
    public void Each_of_several_peers_gets_its_own()
    {
        using var keepalive = new NatKeepalive(Interval, _sent.Add, _time);
        keepalive.Start("one", Berlin);
        keepalive.Start("other", Paris);
        keepalive.Stop("one");

        _time.Advance(Interval);
        Assert.Equal([Paris], _sent);
    }

    [Fact]
    public void Without_an_SA_nothing_is_sent()
    {
        using var keepalive = new NatKeepalive(Interval, _sent.Add, _time);
        keepalive.Start("one", Berlin);
        keepalive.Stop("one");

        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(_sent);
    }

    private static PeerPath To(string remote) => new(IPEndPoint.Parse("192.0.2.1:4500"), IPEndPoint.Parse(remote));
}
