using System.Net;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Kernel.Tests;

public sealed class XfrmMoveTests
{
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
    }
}
