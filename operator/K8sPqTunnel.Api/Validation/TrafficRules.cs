using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.traffic: networks in CIDR form that do not overlap, where they choose the packets.</summary>
internal static class TrafficRules
{
    private const int MaxNetworks = 64;
    private const int MaxPairs = 100;

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.Routed = RouteRules.Read(spec.Traffic, draft);
        draft.Mark = MarkRules.Read(spec.Traffic, draft);
        IReadOnlyList<IPNetwork>? everything = draft.Routed is { } routed ? RouteRules.Everything(routed) : null;
        draft.Local = Networks(spec.Traffic?.Local, everything, "spec.traffic.local", "10.244.0.0/16", draft);
        draft.Remote = Networks(spec.Traffic?.Remote, everything, "spec.traffic.remote", "10.20.0.0/16", draft);
        RequireCounterpart(draft.Local, draft.Remote, "spec.traffic.local", "spec.traffic.remote", draft);
        RequireCounterpart(draft.Remote, draft.Local, "spec.traffic.remote", "spec.traffic.local", draft);
        draft.Selectors = spec.Traffic?.Selectors ?? draft.Defaults.Selectors;
        CheckPairs(draft);
        if (draft.Routed is not null)
        {
            RouteRules.CheckRoutes(draft.Routed, draft);
            return;
        }
        foreach (IPNetwork local in draft.Local)
        {
            foreach (IPNetwork remote in draft.Remote.Where(remote => Overlap(local, remote)))
                draft.Report("spec.traffic", $"local {local} and remote {remote} overlap, so packets between them have two ways: make them disjoint");
        }
    }

    /// <summary>A packet has one family: a network without any of its family on the other side carries nothing.</summary>
    private static void RequireCounterpart(IReadOnlyList<IPNetwork> networks, IReadOnlyList<IPNetwork> others, string path, string otherPath, SettingsDraft draft)
    {
        for (int i = 0; i < networks.Count && others.Count > 0; i++)
        {
            AddressFamily family = networks[i].BaseAddress.AddressFamily;
            if (!others.Any(other => other.BaseAddress.AddressFamily == family))
                draft.Report($"{path}[{i}]", $"{networks[i]} has no network of its family in {otherPath}, so it can carry nothing: add one there, or leave this one out");
        }
    }

    // A pair is of one family: an IPv4 network and an IPv6 network exchange no packets.
    private static void CheckPairs(SettingsDraft draft)
    {
        int pairs = draft.Local.Sum(local => draft.Remote.Count(remote => remote.BaseAddress.AddressFamily == local.BaseAddress.AddressFamily));
        if (draft.Selectors == TrafficSelectors.PerPair && pairs > MaxPairs)
        {
            draft.Report("spec.traffic.selectors", $"PerPair makes {pairs} child SAs of these networks, at most {MaxPairs} are made: list fewer and "
                + "larger networks, or set Combined where the peer takes several in one SA");
        }
    }

    /// <param name="texts">As written; null where nothing is.</param>
    /// <param name="byDefault">Null where something has to be written.</param>
    private static IReadOnlyList<IPNetwork> Networks(
        IReadOnlyList<string>? texts, IReadOnlyList<IPNetwork>? byDefault, string path, string example, SettingsDraft draft)
    {
        if (texts is null && byDefault is not null)
            return byDefault;
        texts ??= [];
        if (texts.Count is 0 or > MaxNetworks)
            draft.Report(path, $"the list has {texts.Count} networks: write 1 to {MaxNetworks}, for example {example}");

        var networks = new List<IPNetwork>();
        for (int i = 0; i < Math.Min(texts.Count, MaxNetworks); i++)
        {
            if (CidrText.TryParse(texts[i], example, out IPNetwork network, out string? error))
            {
                if (networks.Exists(other => Overlap(other, network)))
                    draft.Report($"{path}[{i}]", $"{network} overlaps another entry of the list: leave out the smaller one");
                networks.Add(network);
            }
            else
            {
                draft.Report($"{path}[{i}]", error);
            }
        }

        return networks;
    }

    private static bool Overlap(IPNetwork left, IPNetwork right) => left.Contains(right.BaseAddress) || right.Contains(left.BaseAddress);
}
