using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

public sealed class UserspaceRawEspTests : RawEspConformance
{
    private protected override IGatewayKind Kind { get; } = new UserspaceGateways();

    [Fact]
    public async Task A_packet_that_comes_in_UDP_after_all_is_taken_and_moves_nothing()
    {
        await using var net = new TwoGateways(Kind);
        SaPair sas = net.MakeSas(0x1000, udpEncapsulation: false);
        SaPair inUdp = sas with { Right = InUdp(sas.Right) };
        net.Left.Run(() => net.LeftPlane.InstallInbound(inUdp.Left));
        net.Right.Run(() => net.RightPlane.InstallInbound(inUdp.Right));
        net.Right.Run(() => net.RightPlane.InstallOutbound(inUdp.Right));
        net.Left.Run(() => net.LeftPlane.InstallOutbound(inUdp.Left));
        net.Workload.Shell("ping -c 3 -i 0.05 -W 10 10.2.0.1");
        Assert.Empty(net.LeftEnd.Signals.Moves);
        Assert.Empty(net.RightEnd.Signals.Moves);
    }

    private static Ike.Children.ChildSa InUdp(Ike.Children.ChildSa sa) => new()
    {
        InboundSpi = sa.InboundSpi,
        OutboundSpi = sa.OutboundSpi,
        Transform = sa.Transform,
        InboundKeys = sa.InboundKeys,
        OutboundKeys = sa.OutboundKeys,
        Path = sa.Path,
        UdpEncapsulation = true,
        LocalSelectors = sa.LocalSelectors,
        RemoteSelectors = sa.RemoteSelectors,
        ReplayWindow = sa.ReplayWindow,
        Limits = sa.Limits,
    };
}
