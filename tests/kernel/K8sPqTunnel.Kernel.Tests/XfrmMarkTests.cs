using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

public sealed class XfrmMarkTests : MarkConformance
{
    public XfrmMarkTests() => KernelWithEsp.Require();

    private protected override IGatewayKind Kind { get; } = new XfrmGateways();
}
