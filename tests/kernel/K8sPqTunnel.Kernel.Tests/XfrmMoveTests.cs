using System.Net;
using System.Text.RegularExpressions;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Kernel.Tests;

public sealed partial class XfrmMoveTests
{
    private const uint LeftOut = 1 << 20;

    public XfrmMoveTests() => KernelWithEsp.Require();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_SA_moves_to_other_addresses_and_goes_on_counting(bool extended)
    {
        await using var net = new TwoGateways(new XfrmGateways());
        SaPair sas = net.Establish(transform: SaPair.AesGcm256 with { ExtendedSequenceNumbers = extended });
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        net.Left.Shell("ip addr add 192.0.2.77/24 dev wan0");
        net.Right.Shell("ip addr add 192.0.2.88/24 dev wan0");
        var moved = new PeerPath(new(IPAddress.Parse("192.0.2.77"), 4500), new(IPAddress.Parse("192.0.2.88"), 4500));
        net.LeftPlane.Move(sas.Left, moved);
        net.RightPlane.Move(sas.Right, new PeerPath(moved.Remote, moved.Local));
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        DataplaneCounters counters = net.Left.Run(net.LeftPlane.ReadCounters);
        Assert.Equal((4, 4), (counters.InboundPackets, counters.OutboundPackets));
        // A packet that left between the copy and the removal must not share its number with a later one.
        Assert.InRange(LastNumberSent(net.Left), LeftOut, LeftOut + 100);
    }

    private static uint LastNumberSent(NetworkNamespace space) =>
        SentNumber().Matches(space.Shell("ip xfrm state")).Max(match => Convert.ToUInt32(match.Groups["number"].Value, 16));

    [GeneratedRegex("oseq 0x(?<number>[0-9a-f]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SentNumber();
}
