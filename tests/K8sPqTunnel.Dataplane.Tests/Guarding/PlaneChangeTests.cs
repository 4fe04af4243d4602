using System.Net;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Guarding;

/// <summary>One process had the one data plane, the next one has the other: a gateway that forwards to a remote site on a wire.</summary>
public sealed class PlaneChangeTests : IDisposable
{
    private const string Everything =
        "nft list ruleset | sed 's/packets [0-9]* bytes [0-9]*//'; ip -o xfrm policy; ip xfrm state; ip -N rule; ip route show table all | grep 'proto 197'; ip -o link | grep -c pqt; true";

    private static readonly TunnelPolicy Policy = new("network/berlin", [IPNetwork.Parse("10.1.0.0/16")], [IPNetwork.Parse("10.2.0.0/16")]);
    private static readonly IPAddress Peer = IPAddress.Parse("192.0.2.2");
    private readonly ForwardingGateway _net = new();

    [Fact]
    public async Task A_change_of_data_plane_leaves_nothing_of_the_other_and_what_others_made_stays()
    {
        _net.Gateway.Shell("ip xfrm policy add src 172.30.0.0/16 dst 172.31.0.0/16 dir out action block; nft add table ip others");
        string before = _net.Gateway.Shell(Everything);
        string userspace = await RunAsync(DataplaneKind.Userspace);
        string xfrm = await RunAsync(DataplaneKind.Xfrm);
        Assert.Contains("10.2.0.0/16", xfrm.Split('\n').First(line => line.Contains("dir out", StringComparison.Ordinal) && !line.Contains("172.", StringComparison.Ordinal)));
        Assert.DoesNotContain("chain leaving", xfrm);
        Assert.Equal(userspace, await RunAsync(DataplaneKind.Userspace));
        Assert.Equal(xfrm, await RunAsync(DataplaneKind.Xfrm));

        Assert.Equal([Policy.Tunnel], _net.Gateway.Run(GuardedTunnels.List));
        _net.Gateway.Run(() => GuardedTunnels.Remove(Policy.Tunnel));
        Assert.Equal(before, _net.Gateway.Shell(Everything));
    }

    [Fact]
    public async Task Through_changes_of_data_plane_nothing_leaves_in_clear()
    {
        await RunAsync(DataplaneKind.Userspace);
        Assert.Empty(await LeaksAsync(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                await RunAsync(DataplaneKind.Xfrm);
                await RunAsync(DataplaneKind.Userspace);
            }
        }));

        // The same look finds what leaves when the guard is taken out on the way.
        Assert.NotEmpty(await LeaksAsync(async () =>
        {
            _net.Gateway.Run(() => GuardedTunnels.Remove(Policy.Tunnel));
            _net.Workload.Shell("ping -c 1 -W 20 10.2.0.2");
            await RunAsync(DataplaneKind.Xfrm);
        }));
    }

    [Theory]
    [InlineData(DataplaneKind.Userspace, DataplaneKind.Xfrm)]
    [InlineData(DataplaneKind.Xfrm, DataplaneKind.Userspace)]
    [InlineData(DataplaneKind.Xfrm, DataplaneKind.Xfrm)]
    public async Task A_tunnel_that_a_process_serves_is_not_taken_by_another_one(DataplaneKind first, DataplaneKind second)
    {
        using XfrmHost host = NewHost(), otherHost = NewHost();
        await using (IDataplane serving = Create(first, host))
        {
            _net.Gateway.Run(serving.Guard);
            Assert.True(serving.GuardIsOurs);
            Assert.True(_net.Gateway.Run(() => GuardedTunnels.IsServed(Policy.Tunnel)));
            string before = _net.Gateway.Shell(Everything);
            await using IDataplane rival = Create(second, otherHost);
            Assert.Contains("another daemon runs this tunnel", Assert.ThrowsAny<IOException>(() => _net.Gateway.Run(rival.Guard)).Message);
            await rival.DisposeAsync();
            Assert.Equal(before, _net.Gateway.Shell(Everything));
        }

        Assert.False(_net.Gateway.Run(() => GuardedTunnels.IsServed(Policy.Tunnel)));
        await using IDataplane heir = Create(second, otherHost);
        _net.Gateway.Run(heir.Guard);
        Assert.False(heir.GuardIsOurs);
    }

    public void Dispose() => _net.Dispose();

    /// <summary>A process's life: what there is of the tunnel after its end.</summary>
    private async Task<string> RunAsync(DataplaneKind kind)
    {
        using XfrmHost host = NewHost();
        IDataplane dataplane = Create(kind, host);
        _net.Gateway.Run(() =>
        {
            dataplane.UsePeers([Peer], [500, 4500]);
            dataplane.Guard();
        });
        await dataplane.EndAsync(_net.Gateway, Policy.Tunnel);
        return _net.Gateway.Shell(Everything);
    }

    /// <summary>Packets of the workload that were seen on the wire while it sent without pause.</summary>
    private async Task<IReadOnlyList<InnerHeader>> LeaksAsync(Func<Task> during)
    {
        using var wire = new WireCapture(_net.Remote, "eth0");
        using var done = new CancellationTokenSource();
        Task flood = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                _net.Workload.TryShell("ping -q -i 0.002 -c 50 -W 0.1 10.2.0.2");
        }, CancellationToken.None);
        await during();
        await done.CancelAsync();
        await flood;
        return [.. wire.Take().Where(packet => packet.Source >> 16 == 0x0a01)];
    }

    private XfrmHost NewHost() => _net.Gateway.Run(() => new XfrmHost(new SystemRandomSource()));

    private static IDataplane Create(DataplaneKind kind, XfrmHost host) => kind == DataplaneKind.Xfrm
        ? new XfrmDataplane(Policy, host)
        : new UserspaceDataplane(Policy, new NoTransport(), new EspSpiPool(new SystemRandomSource()));
}
