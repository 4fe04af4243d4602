using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

public sealed class UserspaceSizeTests : SizeConformance
{
    private protected override IGatewayKind Kind { get; } = new UserspaceGateways();

    private protected override IReadOnlyList<EspCarrier> Carriers { get; } = [EspCarrier.Ip, EspCarrier.Udp];
}
