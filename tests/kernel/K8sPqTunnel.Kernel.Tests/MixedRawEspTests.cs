using System.Net;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>Our ESP over IP against the kernel's.</summary>
public sealed class MixedRawEspTests : RawEspConformance
{
    public MixedRawEspTests() => KernelWithEsp.Require();

    private protected override IGatewayKind Kind { get; } = new LeftInUserSpace();

    private sealed class LeftInUserSpace : IGatewayKind
    {
        private readonly UserspaceGateways _ours = new();
        private readonly XfrmGateways _kernel = new();

        public GatewayEnd Open(NetworkNamespace space, TunnelPolicy policy, IPAddress local) =>
            policy.Tunnel == "left" ? _ours.Open(space, policy, local) : _kernel.Open(space, policy, local);
    }
}
