using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>Which tunnels need raw sockets (raw(7)), and so a gateway pod with the capability NET_RAW.</summary>
internal static class RawSockets
{
    public const string Capability = "NET_RAW";

    /// <summary>Whether a tunnel may open one. Which data plane Auto takes shows on the node alone: there either may be it, unless the spec leaves one.</summary>
    public static bool IsNeededBy(TunnelSettings tunnel) =>
        // In user space ESP without UDP goes through one; the kernel sends its own.
        (tunnel.Transport.Encapsulation == EncapsulationPolicy.BehindNat && MayBeUserspace(tunnel))
        // The kernel's data plane probes from a socket of the host; the one in user space puts its requests into the tunnel.
        || (tunnel.Probe is { Protocol: ProbeProtocol.Icmp or ProbeProtocol.Tcp } && MayBeKernel(tunnel));

    private static bool MayBeUserspace(TunnelSettings tunnel) => tunnel.Dataplane != DataplaneChoice.Xfrm;

    // As the daemon chooses: ESP in TCP is in user space only.
    private static bool MayBeKernel(TunnelSettings tunnel) =>
        tunnel.Dataplane == DataplaneChoice.Xfrm
        || (tunnel.Dataplane == DataplaneChoice.Auto && tunnel.Transport.Tcp == TcpPolicy.Never);
}
