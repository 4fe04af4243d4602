using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Kernel.Tests;

public sealed class XfrmRouteTests : RouteConformance
{
    public XfrmRouteTests()
    {
        KernelWithEsp.Require();
        using NetworkNamespace space = NetworkNamespace.Create();
        if (space.Run(XfrmProbe.WhyNoInterface) is { } reason)
            Assert.Skip(reason);
    }

    private protected override IGatewayKind Kind { get; } = new XfrmGateways();
}
