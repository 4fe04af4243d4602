using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>Our ESP over IP against the kernel's.</summary>
public sealed class MixedRawEspTests : RawEspConformance
{
    public MixedRawEspTests() => KernelWithEsp.Require();

    private protected override IGatewayKind Kind { get; } = new LeftInUserSpace();
}
