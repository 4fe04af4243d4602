using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>Our sequence numbers against the kernel's.</summary>
public sealed class MixedSequenceTests : SequenceConformance
{
    public MixedSequenceTests() => KernelWithEsp.Require();

    private protected override IGatewayKind Kind { get; } = new LeftInUserSpace();
}
