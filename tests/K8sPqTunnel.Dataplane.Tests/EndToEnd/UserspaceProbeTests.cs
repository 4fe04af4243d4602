using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

public sealed class UserspaceProbeTests : ProbeConformance
{
    private protected override IGatewayKind Kind { get; } = new UserspaceGateways();
}
