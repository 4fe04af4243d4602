using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>Firewall marks by which packets are chosen.</summary>
internal static class MarkRules
{
    /// <summary>spec.traffic.mark, which is for tunnels whose networks choose the packets.</summary>
    public static MarkSettings? Read(TrafficSpec? traffic, SettingsDraft draft)
    {
        if (traffic is { Mode: TrafficMode.Route, Mark: { } routed })
        {
            draft.Report("spec.traffic.mark", $"it is for mode: Policy; in mode Route the rules ask for marks: write spec.traffic.rules: [{{mark: \"{routed}\"}}]");
            return null;
        }
        return Read(traffic?.Mark, "spec.traffic.mark", draft);
    }

    public static MarkSettings? Read(string? text, string path, SettingsDraft draft)
    {
        MarkSettings? mark = null;
        if (text is not null && !MarkSettings.TryParse(text, out mark))
            draft.Report(path, $"\"{text}\" is no firewall mark: write a number, and with a slash a mask that has its bits, for example 0x2a or 0x100/0xff00");
        return mark;
    }
}
