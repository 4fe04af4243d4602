using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.State;
using K8sPqTunnel.Sidecar.Tunnels;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class TunnelSizingTests : IAsyncDisposable
{
    private const string Connection = "berlin";
    private const int Base = 1200;

    private readonly SizedDataplane _dataplane = new();
    private readonly TunnelBoard _board = new(new TunnelSnapshot { Namespace = "network", Name = Connection });
    private int _asked;

    [Fact]
    public async Task What_probes_show_is_used_and_stands_on_the_board()
    {
        await using TunnelSizing sizing = Make(probes: true);
        sizing.Take(Established(isTcp: false));
        Lose(sizing, 1500);
        Assert.Equal((1500, 1438), (_board.Current.PathMtu, _board.Current.Mtu));
        Lose(sizing, 1500);
        Assert.Equal((Base, 1138), (_board.Current.PathMtu, _board.Current.Mtu));
        sizing.Take(new PathProbed(Connection, Base, Base, Passed: true));
        sizing.Take(new PathProbed(Connection, 1340, 1340, Passed: true));
        Assert.Equal((1340, 1278), (_board.Current.PathMtu, _board.Current.Mtu));
        Assert.Equal(4, _asked);
    }

    [Fact]
    public async Task Each_child_SA_has_what_fits_it_also_when_the_path_changes()
    {
        _board.Update(_ => Snapshots.Up);
        await using TunnelSizing sizing = Make(probes: true);
        Assert.Equal(1438, Assert.Single(_board.Current.Children).Mtu);
        sizing.Take(Established(isTcp: false));
        Lose(sizing, 1500);
        Lose(sizing, 1500);
        Assert.Equal(1138, Assert.Single(_board.Current.Children).Mtu);
    }

    [Fact]
    public async Task Another_way_and_a_lost_peer_begin_from_what_is_known()
    {
        await using TunnelSizing sizing = Make(probes: true);
        sizing.Take(Established(isTcp: false));
        Lose(sizing, 1500);
        Lose(sizing, 1500);
        sizing.Take(new PathChanged(Connection, new IkeSpi(1), Path(isTcp: false), Path(isTcp: false), LocalBehindNat: false));
        Lose(sizing, 1500);
        Assert.Equal(1500, _board.Current.PathMtu);
        sizing.Take(new ConnectionStateChanged(Connection, ConnectionState.Waiting));
        Lose(sizing, 1500);
        Assert.Equal(1500, _board.Current.PathMtu);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Without_probes_and_in_TCP_nothing_is_asked(bool probes, bool isTcp)
    {
        await using TunnelSizing sizing = Make(probes);
        sizing.Take(Established(isTcp));
        Lose(sizing, 1500);
        Lose(sizing, 1500);
        Assert.Equal((1500, 0), (_board.Current.PathMtu, _asked));
    }

    public ValueTask DisposeAsync() => _dataplane.DisposeAsync();

    private static void Lose(TunnelSizing sizing, int size) => sizing.Take(new PathProbed(Connection, size, size, Passed: false));

    private static PeerPath Path(bool isTcp) => new(IPEndPoint.Parse("198.51.100.1:4500"), IPEndPoint.Parse("192.0.2.7:4500"), isTcp);

    private static IkeSaEstablished Established(bool isTcp) => new(
        Connection, new IkeSpi(1), new IkeSpi(2), Path(isTcp), new IkeIdentity(IdentityType.Fqdn, "berlin"u8.ToArray()), "aes256gcm16-prfsha384-ecp384", [],
        QuantumSafe: false, LocalBehindNat: false, PeerBehindNat: false, Fragmentation: true, LargestFragmentCount: 1, IsInitiator: true);

    private TunnelSizing Make(bool probes)
    {
        var sizing = new TunnelSizing(
            Connection, probes ? () => _asked++ : null, _dataplane, _board, TimeProvider.System, NullLogger<TunnelSizing>.Instance);
        sizing.Publish();
        return sizing;
    }
}
