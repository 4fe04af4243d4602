using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.probe: a target inside the tunnel, how and how often it is asked, and where we answer.</summary>
internal static class ProbeRules
{
    /// <summary>RFC 862.</summary>
    private const int EchoPort = 7;
    private const int HighestPort = 65_535;
    private const int MaxAnswers = 8;
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        if (spec.Probe is not { } probe)
            return;
        ReadAnswers(spec, probe.Answer ?? [], draft);
        TimeSpan interval = DurationRules.Read(probe.Interval, Default, Shortest, Longest, "spec.probe.interval", draft);
        ProbeProtocol protocol = probe.Protocol ?? ProbeProtocol.Icmp;
        ushort port = ReadPort(probe.Port, protocol, draft);
        if (probe.Target is null && probe.Answer is not null)
            return;
        if (!IPAddress.TryParse(probe.Target, out IPAddress? target))
            draft.Report("spec.probe.target", $"\"{probe.Target}\" is not an IP address: write one inside spec.traffic.remote");
        else if (draft.Remote.Count == (spec.Traffic?.Remote?.Count ?? draft.Remote.Count) && !draft.Remote.Any(network => network.Contains(target)))
            draft.Report("spec.probe.target", $"{target} lies outside spec.traffic.remote, so the probe would not go through the tunnel: "
                + "choose an address inside it");
        else if (draft.Routed is { } routed && !RouteRules.Leads(routed, target))
            draft.Report("spec.probe.target", $"{target} lies in none of spec.traffic.routes, so the probe would not go through the tunnel: choose an address "
                + "inside one, or beside an address of the interface");
        else
            draft.Probe = new ProbeSettings(target, protocol, port, interval);
    }

    private static ushort ReadPort(int? written, ProbeProtocol protocol, SettingsDraft draft)
    {
        if (protocol == ProbeProtocol.Icmp)
        {
            if (written is not null)
                draft.Report("spec.probe.port", $"{written} means nothing with ICMP: leave it out, or set spec.probe.protocol: Udp or Tcp");
            return 0;
        }
        if (written is null && protocol == ProbeProtocol.Tcp)
            draft.Report("spec.probe.port", "spec.probe.protocol is Tcp, and there is no port: write one on which the target takes or refuses connections, for example 443");
        return (ushort)NumberRules.Read(written, EchoPort, 1, HighestPort, "spec.probe.port", draft);
    }

    private static void ReadAnswers(IpsecTunnelSpec spec, IReadOnlyList<string> texts, SettingsDraft draft)
    {
        if (texts.Count > MaxAnswers)
            draft.Report("spec.probe.answer", $"the list has {texts.Count} addresses: write at most {MaxAnswers}");
        List<IPAddress> answers = [];
        for (int i = 0; i < Math.Min(texts.Count, MaxAnswers); i++)
        {
            if (!IPAddress.TryParse(texts[i], out IPAddress? address))
                draft.Report($"spec.probe.answer[{i}]", $"\"{texts[i]}\" is not an IP address: write one inside spec.traffic.local");
            else if (draft.Local.Count == spec.Traffic?.Local?.Count && !draft.Local.Any(network => network.Contains(address)))
                draft.Report($"spec.probe.answer[{i}]", $"{address} lies outside spec.traffic.local, so answers would not go through the tunnel: list {address}/{address.GetAddressBytes().Length * 8} there");
            else
                answers.Add(address);
        }
        draft.ProbeAnswers = answers;
    }
}
