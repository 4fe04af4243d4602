using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.dataplane: what encrypts the packets.</summary>
internal static class DataplaneRules
{
    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        if (spec is { Dataplane: DataplaneChoice.Userspace, Child.HardwareOffload: HardwareOffload.Required })
            draft.Report("spec.child.hardwareOffload", "Required is for the kernel's data plane, and spec.dataplane is Userspace: write dataplane: Xfrm, or hardwareOffload: Auto");
        TcpPolicy tcp = spec.Transport?.Tcp ?? draft.Defaults.Tcp;
        if (spec.Dataplane == DataplaneChoice.Xfrm && tcp != TcpPolicy.Never)
            draft.Report("spec.dataplane", $"Xfrm carries no ESP in TCP, and spec.transport.tcp is {tcp}: write Auto or Userspace, or set tcp to Never");
    }
}
