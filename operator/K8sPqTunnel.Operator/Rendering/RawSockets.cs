using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>Which tunnels need raw sockets (raw(7)), and so a gateway pod with the capability NET_RAW.</summary>
internal static class RawSockets
{
    public const string Capability = "NET_RAW";

    private static readonly SecurityContext Allowed = new() { Capabilities = new Capabilities { Add = [Capability] } };

    /// <summary>Whether a tunnel may open one. Which data plane Auto takes shows on the node alone: there either may be it, unless the spec leaves one.</summary>
    public static bool IsNeededBy(TunnelSettings tunnel) =>
        // In user space ESP without UDP goes through one; the kernel sends its own.
        (tunnel.Transport.Encapsulation == EncapsulationPolicy.BehindNat && MayBeUserspace(tunnel))
        // The kernel's data plane probes from a socket of the host; the one in user space puts its requests into the tunnel.
        || (tunnel.Probe is { Protocol: ProbeProtocol.Icmp or ProbeProtocol.Tcp } && MayBeKernel(tunnel));

    /// <summary>Whether a pod has the capability.</summary>
    public static bool IsAllowedTo(Pod pod) => pod.Spec?.Containers.Any(IsAllowedTo) == true;

    /// <summary>What is kept of a container's security context: that it has the capability, or null. The same object for all.</summary>
    public static SecurityContext? Trim(Container container) => IsAllowedTo(container) ? Allowed : null;

    private static bool IsAllowedTo(Container container) => container.SecurityContext?.Capabilities?.Add?.Contains(Capability) == true;

    private static bool MayBeUserspace(TunnelSettings tunnel) => tunnel.Dataplane != DataplaneChoice.Xfrm;

    // As the daemon chooses: ESP in TCP, and health checks answered for nobody's address, are in user space only.
    private static bool MayBeKernel(TunnelSettings tunnel) =>
        tunnel.Dataplane == DataplaneChoice.Xfrm
        || (tunnel.Dataplane == DataplaneChoice.Auto && tunnel.Transport.Tcp == TcpPolicy.Never && tunnel.ProbeAnswers.Count == 0);
}
