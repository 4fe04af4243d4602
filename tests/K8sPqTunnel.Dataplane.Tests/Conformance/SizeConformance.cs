using System.Net;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>Whatever the path outside carries, what hosts send gets through, or they are told. For every data plane.</summary>
public abstract class SizeConformance
{
    private const int Slices = 5;

    private static readonly EspTransform Gcm = SaPair.AesGcm256;
    private static readonly EspTransform Cbc = new(EncryptionId.AesCbc, 256, IntegrityId.HmacSha2_256_128, ExtendedSequenceNumbers: false);

    private protected abstract IGatewayKind Kind { get; }

    private protected abstract IReadOnlyList<EspCarrier> Carriers { get; }

    /// <summary>It fragments outside what is too large for the path, by what it knows of that; otherwise the kernel does, by what routers have said.</summary>
    private protected virtual bool FragmentsOutside => true;

    [Fact]
    public async Task Every_transfer_completes_at_full_size_over_every_path()
    {
        List<string> failed = [];
        foreach (SizeCell cell in SizeCell.Of(Carriers))
        {
            try
            {
                await RunAsync(cell);
                TestContext.Current.TestOutputHelper?.WriteLine($"passed: {cell}");
            }
            catch (Exception failure)
            {
                failed.Add($"{cell}: {failure.GetType().Name}: {failure.Message} {failure.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("SizeConformance", StringComparison.Ordinal))}");
            }
        }

        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hosts_that_hear_no_ICMP_are_told_by_what_opens_their_connections(bool ipv6)
    {
        await TransferDeafAsync(ipv6, new SizePolicy(), TimeSpan.FromSeconds(20));
        // Not told, they wait in vain: the test can fail.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TransferDeafAsync(ipv6, new SizePolicy { ClampsMss = false }, TimeSpan.FromSeconds(2)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_gateway_tells_both_ends_where_the_peer_tells_nobody(bool ipv6) =>
        await TransferDeafAsync(ipv6, new SizePolicy(), TimeSpan.FromSeconds(20), peer: new SizePolicy { ClampsMss = false });

    [Fact]
    public async Task What_is_told_is_counted_and_ends_with_the_tunnel()
    {
        await using var net = new TwoGateways(Kind, innerIpv6: true);
        net.Establish();
        await TrafficOf(net, new SizeCell(1500, 1500, InnerIpv6: false, OuterIpv6: false, EspCarrier.Udp, Blocks: false, Tells: true, Forwards: true)).TransferAsync(1);
        // The host's SYN; the other gateway's answer names what fits by itself.
        Assert.Equal(1, net.Left.Run(net.LeftPlane.ReadCounters).Clamped);
        Assert.Contains("maxseg size set", net.Left.Shell("nft list ruleset"), StringComparison.Ordinal);
        Assert.Contains("ip6 pqtclamp_", net.Left.Shell("nft list tables"), StringComparison.Ordinal);
        net.Left.Run(net.LeftPlane.Unguard);
        Assert.DoesNotContain("pqtclamp", net.Left.Shell("nft list tables"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_told_stays_while_the_daemon_is_away()
    {
        await using var net = new TwoGateways(Kind);
        net.Establish();
        await net.LeftPlane.DisposeAsync();
        Assert.Contains("maxseg size set", net.Left.Shell("nft list ruleset"), StringComparison.Ordinal);
    }

    /// <summary>Between two hosts behind the gateways, over a path that is narrow and says nothing.</summary>
    private async Task TransferDeafAsync(bool ipv6, SizePolicy size, TimeSpan patience, SizePolicy? peer = null)
    {
        using var middle = new MiddleRouter(1300, tells: false);
        using var far = NetworkNamespace.Create();
        await using var net = new TwoGateways(Kind, innerIpv6: true, middle: middle, size: size, rightSize: peer);
        NetworkNamespace.Join(far, "eth0", "10.2.1.2/24", net.Right, "lan0", "10.2.1.1/24");
        far.Shell("ip route add default via 10.2.1.1; ip addr add fd00:2:0:1::2/64 dev eth0 nodad; ip route add default via fd00:2:0:1::1");
        net.Right.Shell("ip addr add fd00:2:0:1::1/64 dev lan0 nodad");
        foreach (NetworkNamespace host in new[] { net.Workload, far })
        {
            host.Shell("nft add table inet deaf '{ chain in { type filter hook input priority 0; icmp type destination-unreachable drop; "
                + "icmpv6 type packet-too-big drop; }; }'");
        }

        net.Establish();
        net.Left.Run(() => net.LeftPlane.FollowPath(1300));
        net.Right.Run(() => net.RightPlane.FollowPath(1300));
        await new InnerTraffic(net.Workload, null, far, IPAddress.Parse(ipv6 ? "fd00:2:0:1::2" : "10.2.1.2"), patience).TransferAsync(Slices);
    }

    private async Task RunAsync(SizeCell cell)
    {
        using var middle = new MiddleRouter(cell.Path, cell.Tells);
        await using var net = new TwoGateways(Kind, outerIpv6: cell.OuterIpv6, innerIpv6: cell.InnerIpv6, middle: middle);
        net.Workload.Shell($"ip link set eth0 mtu {cell.Lan}");
        net.Left.Shell($"ip link set lan0 mtu {cell.Lan}");
        EspTransform transform = cell.Blocks ? Cbc : Gcm;
        net.Establish(transform: transform, udpEncapsulation: cell.Carrier == EspCarrier.Udp);

        // A daemon looks now and then, and probes where nobody tells.
        int? probed = cell.Tells ? null : cell.Path;
        using var ends = new CancellationTokenSource();
        Task following = FollowAsync(net, probed, ends.Token);
        InnerTraffic traffic = TrafficOf(net, cell);
        int FittingOn(int path) => PathMtu.Inner(path, cell.Carrier, cell.OuterIpv6, EspTransforms.LayoutOf(transform));
        int fitting = FittingOn(cell.Path);
        if (!FragmentsOutside && cell is { InnerIpv6: true, Tells: true, Forwards: true } && fitting < PathMtu.SmallestOfIpv6)
            await DiscoverByStallAsync(net, cell);
        await traffic.TransferAsync(Slices);

        // The transfer has shown the path to both, as large segments went both ways; or nothing was too large for it.
        await Eventually.IsTrue(() => net.LeftPlane.Size.Fitting == fitting || cell.Tells);
        await ShowPathAsync(net, cell, traffic, fitting);
        int mtu = net.LeftPlane.Size.Mtu;
        Assert.Equal(cell.InnerIpv6 ? Math.Max(fitting, PathMtu.SmallestOfIpv6) : fitting, mtu);
        // Two paths may carry the same with ESP in blocks: then nothing is too large for the narrower one, and no router tells of it.
        Assert.True(net.LeftPlane.Size.Path == cell.Path || (cell.Tells && FittingOn(net.LeftPlane.Size.Path) == fitting), $"a path of {net.LeftPlane.Size.Path}");
        foreach (int size in (int[])[64, 576, 1280, mtu, mtu + 1, 2000, 8900, cell.Lan])
        {
            bool isLost = size > fitting && IsLost(cell, fitting, mtu, net.LeftPlane.Size.Path);
            Assert.True(isLost || await traffic.TryDatagramAsync(size, mayFragment: true), $"{size} octets that may be fragmented");
            if (isLost && (size <= mtu || cell.InnerIpv6))
                continue;
            Assert.Equal(size <= mtu && (size <= cell.Lan || !cell.Forwards), await traffic.TryDatagramAsync(size, mayFragment: false));
        }

        await traffic.TransferAsync(Slices);
        await ends.CancelAsync();
        await following;
    }

    /// <summary>
    /// What is larger than what fits, and may be fragmented or has to be taken, is lost where whoever fragments outside does not know the
    /// path, or does not fragment (docs/packet-size.md).
    /// </summary>
    /// <param name="known">What this end takes the path for.</param>
    private bool IsLost(SizeCell cell, int fitting, int mtu, int known)
    {
        // IPv6 insists on 1,280 octets. The kernel's XFRM neither fragments them outside nor says so in a way that senders of IPv6 take.
        if (fitting < mtu)
            return !cell.Tells || !FragmentsOutside;
        // It takes IPv4 that may be fragmented whole, and fragments outside by the path that routers tell; on the way IPv6 is not fragmented.
        // What they tell of its fragments it does not follow: a path that nothing whole was too large for, it does not know.
        return !FragmentsOutside && !cell.InnerIpv6 && cell.OuterIpv6 && (!cell.Tells || known != cell.Path);
    }

    /// <summary>
    /// The kernel's XFRM tells senders of IPv6 less than 1,280, which they need not heed (RFC 8200 5): a connection that was opened before
    /// the gateway knew so narrow a path may stall. One that is opened after that is told its segment.
    /// </summary>
    private static async Task DiscoverByStallAsync(TwoGateways net, SizeCell cell)
    {
        try
        {
            await TrafficOf(net, cell, TimeSpan.FromSeconds(5)).TransferAsync(Slices);
        }
        catch (OperationCanceledException)
        {
            // It may.
        }

        await Eventually.IsTrue(() => net.LeftPlane.Size.Path == cell.Path);
    }

    /// <summary>Has the path show what it carries, by something too large for it.</summary>
    private async Task ShowPathAsync(TwoGateways net, SizeCell cell, InnerTraffic traffic, int fitting)
    {
        int large = Math.Min(net.LeftPlane.Size.Mtu, cell.Forwards ? cell.Lan : int.MaxValue);
        if (cell.Tells && large > fitting && !IsLost(cell, fitting, Math.Max(fitting, cell.InnerIpv6 ? PathMtu.SmallestOfIpv6 : 0), cell.Path))
            await traffic.TryDatagramAsync(large, mayFragment: false);
        await Eventually.IsTrue(() => net.LeftPlane.Size.Fitting == fitting);
    }

    private static InnerTraffic TrafficOf(TwoGateways net, SizeCell cell, TimeSpan? patience = null) => new(
        cell.Forwards ? net.Workload : net.Left,
        cell.Forwards ? null : IPAddress.Parse(cell.InnerIpv6 ? "fd00:1::1" : "10.1.0.1"),
        net.Right,
        IPAddress.Parse(cell.InnerIpv6 ? "fd00:2::1" : "10.2.0.1"), patience);

    private static async Task FollowAsync(TwoGateways net, int? probed, CancellationToken ends)
    {
        while (!ends.IsCancellationRequested)
        {
            net.Left.Run(() => net.LeftPlane.FollowPath(probed));
            net.Right.Run(() => net.RightPlane.FollowPath(probed));
            await Task.Delay(20, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
