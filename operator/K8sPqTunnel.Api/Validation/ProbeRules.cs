using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.probe: a target inside the tunnel, and how often it is asked.</summary>
internal static class ProbeRules
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        if (spec.Probe is not { } probe)
            return;
        TimeSpan interval = DurationRules.Read(probe.Interval, Default, Shortest, Longest, "spec.probe.interval", draft);
        if (!IPAddress.TryParse(probe.Target, out IPAddress? target))
            draft.Report("spec.probe.target", $"\"{probe.Target}\" is not an IP address: write one inside spec.traffic.remote");
        else if (draft.Remote.Count == spec.Traffic?.Remote?.Count && !draft.Remote.Any(network => network.Contains(target)))
            draft.Report("spec.probe.target", $"{target} lies outside spec.traffic.remote, so the probe would not go through the tunnel: "
                + "choose an address inside it");
        else
            draft.Probe = new ProbeSettings(target, interval);
    }
}
