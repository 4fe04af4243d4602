using System.Net;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Sidecar.Tunnels;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class PeerRouteTests
{
    private static readonly IPAddress Here = IPAddress.Parse("127.0.0.7");
    private static readonly PeerAddress Loopback = new("127.0.0.7", Here);

    [Fact]
    public async Task The_routes_are_asked_only_after_the_peers_addresses_were_told()
    {
        List<IReadOnlyList<IPAddress>> told = [];
        (PeerRoute? route, _) = await PeerRoute.FindAsync([Loopback], null, DataplaneKind.Userspace, told.Add, CancellationToken.None);

        Assert.Equal([Here], Assert.Single(told));
        Assert.Equal([Here], route?.Remotes);
        Assert.True(IPAddress.IsLoopback(route!.Local));
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_named()
    {
        (PeerRoute? route, string? error) = await PeerRoute.FindAsync([new PeerAddress("berlin.invalid", null)], null, DataplaneKind.Userspace, _ => { }, CancellationToken.None);

        Assert.Null(route);
        Assert.Contains("\"berlin.invalid\" of spec.peer.addresses does not resolve", error);
    }

    [Fact]
    public async Task One_address_that_works_makes_up_for_one_that_does_not()
    {
        (PeerRoute? route, _) = await PeerRoute.FindAsync([new PeerAddress("berlin.invalid", null), Loopback], null, DataplaneKind.Userspace, _ => { }, CancellationToken.None);
        Assert.Equal([Here], route?.Remotes);
    }

    [Fact]
    public async Task The_same_addresses_make_the_same_route()
    {
        (PeerRoute? one, _) = await PeerRoute.FindAsync([Loopback], null, DataplaneKind.Userspace, _ => { }, CancellationToken.None);
        (PeerRoute? other, _) = await PeerRoute.FindAsync([Loopback], null, DataplaneKind.Userspace, _ => { }, CancellationToken.None);
        Assert.Equal(one, other);
        Assert.NotEqual(one, one! with { Remotes = [IPAddress.Loopback] });
    }

    [Fact]
    public async Task An_address_of_ours_that_is_configured_goes_before_what_the_routes_choose()
    {
        IPAddress own = IPAddress.Parse("127.0.0.9");
        (PeerRoute? route, _) = await PeerRoute.FindAsync([Loopback], own, DataplaneKind.Userspace, _ => { }, CancellationToken.None);
        Assert.Equal(own, route?.Local);

        (route, string? error) = await PeerRoute.FindAsync([Loopback], IPAddress.IPv6Loopback, DataplaneKind.Userspace, _ => { }, CancellationToken.None);
        Assert.Null(route);
        Assert.Contains("another IP version than spec.local.address", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.4.0.0/16")]
    [InlineData("127.4.0.1/32")]
    public void Where_peers_come_from_a_network_the_route_there_tells_our_address(string network) =>
        Assert.True(IPAddress.IsLoopback(OwnAddress.Towards([IPNetwork.Parse(network)], DataplaneKind.Userspace)!));
}
