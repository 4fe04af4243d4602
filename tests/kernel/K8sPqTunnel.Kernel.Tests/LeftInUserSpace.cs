using System.Net;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>Our ESP at the left gateway, and the kernel's at the right one.</summary>
internal sealed class LeftInUserSpace : IGatewayKind
{
    private readonly UserspaceGateways _ours = new();
    private readonly XfrmGateways _kernel = new();

    public GatewayEnd Open(NetworkNamespace space, TunnelPolicy policy, IPAddress local) => (policy.Tunnel == "left" ? _ours : (IGatewayKind)_kernel).Open(space, policy, local);

    public void InstallOutbound(IDataplane plane, ChildSa sa, ulong last) =>
        (plane.Kind == DataplaneKind.Userspace ? _ours : (IGatewayKind)_kernel).InstallOutbound(plane, sa, last);
}
