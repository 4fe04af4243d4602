using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Which data plane carries a tunnel (spec.dataplane).</summary>
/// <param name="Kind">The data plane.</param>
/// <param name="WhyNotXfrm">Why Auto did not take the kernel's, in words; null where it did, and where nobody asked.</param>
internal sealed record DataplaneSelection(DataplaneKind Kind, string? WhyNotXfrm = null)
{
    private const string OnePort = "ESP in UDP that comes to one port goes to one data plane";

    /// <summary>Decides before anything is made or sent.</summary>
    /// <param name="probe">Says what keeps the kernel from carrying one of the transforms; null if nothing does.</param>
    /// <param name="others">What carries the other tunnels of this process; null where there are none.</param>
    /// <exception cref="NotSupportedException">What is demanded cannot be had; the message says what is missing.</exception>
    public static DataplaneSelection Of(TunnelSettings tunnel, Func<IReadOnlyList<EspTransform>, string?> probe, DataplaneKind? others)
    {
        DataplaneSelection selection = tunnel.Dataplane switch
        {
            DataplaneChoice.Userspace => new DataplaneSelection(DataplaneKind.Userspace),
            DataplaneChoice.Xfrm => WhyNot(tunnel, probe) is { } missing
                ? throw new NotSupportedException($"tunnel \"{tunnel.Name}\": spec.dataplane is Xfrm, but {missing}.")
                : new DataplaneSelection(DataplaneKind.Xfrm),
            _ => (others == DataplaneKind.Userspace ? $"another tunnel of this daemon has the user-space data plane, and {OnePort}" : WhyNot(tunnel, probe)) is { } reason
                ? new DataplaneSelection(DataplaneKind.Userspace, reason)
                : new DataplaneSelection(DataplaneKind.Xfrm),
        };
        if (tunnel.HardwareOffload == HardwareOffload.Required && selection.WhyNotXfrm is { } why)
            throw new NotSupportedException($"tunnel \"{tunnel.Name}\": spec.child.hardwareOffload is Required, which needs the kernel's data plane, but {why}.");
        return others is null || others == selection.Kind ? selection : throw new NotSupportedException(
            $"tunnel \"{tunnel.Name}\": its data plane would be {selection.Kind}, but other tunnels of this daemon have {others}, and {OnePort}: set the same spec.dataplane for all, and start the daemon anew.");
    }

    private static string? WhyNot(TunnelSettings tunnel, Func<IReadOnlyList<EspTransform>, string?> probe)
    {
        if (tunnel.Transport.Tcp != TcpPolicy.Never)
            return $"spec.transport.tcp is {tunnel.Transport.Tcp}, and only the user-space data plane carries ESP in TCP";
        // Without the mark an answer is not the tunnel's, and would leave in clear; the user-space data plane puts it into the SA itself.
        if (tunnel.Mark is not null && tunnel.ProbeAnswers.Count > 0)
            return "the kernel's answers to health checks (spec.probe.answer) would not have the mark of spec.traffic.mark";
        return probe(ConnectionSettings.EspTransforms(tunnel));
    }
}
