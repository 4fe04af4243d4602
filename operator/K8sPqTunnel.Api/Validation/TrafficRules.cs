using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.traffic: networks in CIDR form that do not overlap.</summary>
internal static class TrafficRules
{
    private const int MaxNetworks = 64;

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.Local = Networks(spec.Traffic?.Local ?? [], "spec.traffic.local", "10.244.0.0/16", draft);
        draft.Remote = Networks(spec.Traffic?.Remote ?? [], "spec.traffic.remote", "10.20.0.0/16", draft);
        foreach (IPNetwork local in draft.Local)
        {
            foreach (IPNetwork remote in draft.Remote.Where(remote => Overlap(local, remote)))
                draft.Report("spec.traffic", $"local {local} and remote {remote} overlap, so packets between them have two ways: make them disjoint");
        }
    }

    private static List<IPNetwork> Networks(IReadOnlyList<string> texts, string path, string example, SettingsDraft draft)
    {
        if (texts.Count is 0 or > MaxNetworks)
            draft.Report(path, $"the list has {texts.Count} networks: write 1 to {MaxNetworks}, for example {example}");

        var networks = new List<IPNetwork>();
        for (int i = 0; i < Math.Min(texts.Count, MaxNetworks); i++)
        {
            if (CidrText.TryParse(texts[i], example, out IPNetwork network, out string? error))
            {
                if (networks.Exists(other => Overlap(other, network)))
                    draft.Report($"{path}[{i}]", $"{network} overlaps another entry of the list: leave out the smaller one");
                if (network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6)
                    draft.Report($"{path}[{i}]", $"{network} is an IPv6 network, and the data plane carries IPv4 only so far: leave it out");
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
