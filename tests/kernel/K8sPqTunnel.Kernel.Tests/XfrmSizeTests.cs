using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

public sealed class XfrmSizeTests : SizeConformance
{
    public XfrmSizeTests() => KernelWithEsp.Require();

    private protected override IGatewayKind Kind { get; } = new XfrmGateways();

    private protected override IReadOnlyList<EspCarrier> Carriers { get; } = [EspCarrier.Ip, EspCarrier.Udp];

    private protected override bool FragmentsOutside => false;
}
