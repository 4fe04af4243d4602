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
        await traffic.TransferAsync(Slices);

        // The transfer has shown the path to both, as large segments went both ways; or nothing was too large for it.
        int fitting = PathMtu.Inner(cell.Path, cell.Carrier, cell.OuterIpv6, EspTransforms.LayoutOf(transform));
        await Eventually.IsTrue(() => net.LeftPlane.Size.Fitting == fitting || cell.Tells);
        await ShowPathAsync(net, cell, traffic, fitting);
        int mtu = net.LeftPlane.Size.Mtu;
        Assert.Equal(cell.InnerIpv6 ? Math.Max(fitting, PathMtu.SmallestOfIpv6) : fitting, mtu);
        Assert.Equal(cell.Path, net.LeftPlane.Size.Path);
        foreach (int size in (int[])[64, 576, 1280, mtu, mtu + 1, 2000, 8900, cell.Lan])
        {
            // IPv6 insists on 1,280 octets. Where the path carries less with ESP around them they are fragmented outside, and a router that
            // says nothing of its narrow link loses them (docs/limits.md).
            bool isLost = !cell.Tells && size > fitting && fitting < mtu;
            Assert.True(isLost || await traffic.TryDatagramAsync(size, mayFragment: true), $"{size} octets that may be fragmented");
            if (isLost && size <= mtu)
                continue;
            Assert.Equal(size <= mtu && (size <= cell.Lan || !cell.Forwards), await traffic.TryDatagramAsync(size, mayFragment: false));
        }

        await traffic.TransferAsync(Slices);
        await ends.CancelAsync();
        await following;
    }

    /// <summary>Has the path show what it carries, by something too large for it.</summary>
    private static async Task ShowPathAsync(TwoGateways net, SizeCell cell, InnerTraffic traffic, int fitting)
    {
        int large = Math.Min(net.LeftPlane.Size.Mtu, cell.Forwards ? cell.Lan : int.MaxValue);
        if (cell.Tells && large > fitting)
            await traffic.TryDatagramAsync(large, mayFragment: false);
        await Eventually.IsTrue(() => net.LeftPlane.Size.Fitting == fitting);
    }

    private static InnerTraffic TrafficOf(TwoGateways net, SizeCell cell) => new(
        cell.Forwards ? net.Workload : net.Left,
        cell.Forwards ? null : IPAddress.Parse(cell.InnerIpv6 ? "fd00:1::1" : "10.1.0.1"),
        net.Right,
        IPAddress.Parse(cell.InnerIpv6 ? "fd00:2::1" : "10.2.0.1"));

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
