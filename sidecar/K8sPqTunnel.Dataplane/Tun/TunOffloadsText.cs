namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>Words for <see cref="TunOffloads"/>.</summary>
internal static class TunOffloadsText
{
    /// <summary>What is not there; null where nothing is missing.</summary>
    public static string? Missing(this TunOffloads offloads) =>
        !offloads.HasFlag(TunOffloads.Tcp) ? "segmentation of TCP and UDP on TUN interfaces"
        : !offloads.HasFlag(TunOffloads.All) ? "segmentation of UDP on TUN interfaces (Linux 6.2)"
        : null;
}
