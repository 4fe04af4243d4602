using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.dataplane: what encrypts the packets.</summary>
internal static class DataplaneRules
{
    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        if (spec.Dataplane == DataplaneChoice.Xfrm)
            draft.Report("spec.dataplane", "Xfrm is not built yet: write Auto or Userspace");
    }
}
