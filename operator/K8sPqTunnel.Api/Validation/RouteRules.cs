using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.traffic in mode Route: the interface, and what is led into it.</summary>
internal static class RouteRules
{
    private const int MaxAddresses = 16;
    private const int MaxRoutes = 256;
    private const int MaxRules = 64;
    private const int DefaultMetric = 100;
    private const int LongestName = 15;                                    // IFNAMSIZ without the terminating zero

    /// <summary>The host's own: default, main and local.</summary>
    private static readonly int[] HostTables = [253, 254, 255];

    public static RoutedSettings? Read(TrafficSpec? traffic, SettingsDraft draft)
    {
        if (traffic?.Mode is TrafficMode.Route)
            return new RoutedSettings(Name(traffic.Interface?.Name, draft), Addresses(traffic, draft), Routes(traffic, draft), Rules(traffic, draft));
        if (traffic is { Interface: not null } or { Routes: not null } or { Rules: not null })
            draft.Report("spec.traffic", "interface, routes and rules are for a tunnel whose packets are routed into it: leave them out, or write mode: Route");
        return null;
    }

    /// <summary>The selectors where none are written: all addresses of the families that are routed.</summary>
    public static IReadOnlyList<IPNetwork> Everything(RoutedSettings routed)
    {
        bool ipv6 = Networks(routed).Any(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6);
        bool ipv4 = !ipv6 || Networks(routed).Any(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork);
        return [.. (IPNetwork[])(ipv4 ? [new IPNetwork(IPAddress.Any, 0)] : []), .. (IPNetwork[])(ipv6 ? [new IPNetwork(IPAddress.IPv6Any, 0)] : [])];
    }

    /// <summary>A route's packets need an SA that carries them.</summary>
    public static void CheckRoutes(RoutedSettings routed, SettingsDraft draft)
    {
        for (int i = 0; i < routed.Routes.Count; i++)
        {
            IPNetwork to = routed.Routes[i].To;
            if (!draft.Remote.Any(remote => remote.PrefixLength <= to.PrefixLength && remote.Contains(to.BaseAddress)))
                draft.Report($"spec.traffic.routes[{i}].to", $"{to} lies outside spec.traffic.remote, so no SA would carry what is led there: leave local and remote out, or widen them");
        }
    }

    public static bool Leads(RoutedSettings routed, IPAddress target) => Networks(routed).Any(network => network.Contains(target));

    private static IEnumerable<IPNetwork> Networks(RoutedSettings routed) => routed.Routes.Select(route => route.To)
        .Concat(routed.Addresses.Select(address => CidrText.NetworkOf(address.Address, address.PrefixLength)));

    private static string? Name(string? name, SettingsDraft draft)
    {
        if (name is null)
            return null;
        bool isName = name.Length is > 0 and <= LongestName && char.IsAsciiLetter(name[0])
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-');
        if (!isName || name is "lo" or "all" or "default")
            draft.Report("spec.traffic.interface.name", $"\"{name}\" is no name for an interface of ours: write up to {LongestName} letters and digits, for example cf0");
        return name;
    }

    private static List<AddressSettings> Addresses(TrafficSpec traffic, SettingsDraft draft)
    {
        const string path = "spec.traffic.interface.addresses";
        IReadOnlyList<string> texts = traffic.Interface?.Addresses ?? [];
        if (texts.Count > MaxAddresses)
            draft.Report(path, $"the interface has {texts.Count} addresses: at most {MaxAddresses} are taken");
        List<AddressSettings> addresses = [];
        for (int i = 0; i < Math.Min(texts.Count, MaxAddresses); i++)
        {
            if (!CidrText.TryParseAddress(texts[i], "169.254.240.1/31", out IPAddress? address, out int prefix, out string? error))
                draft.Report($"{path}[{i}]", error);
            else if (addresses.Exists(other => other.Address.Equals(address)))
                draft.Report($"{path}[{i}]", $"{address} stands twice: leave one out");
            else
                addresses.Add(new AddressSettings(address, prefix));
        }
        return addresses;
    }

    private static List<RouteSettings> Routes(TrafficSpec traffic, SettingsDraft draft)
    {
        IReadOnlyList<RouteSpec> specs = traffic.Routes ?? [];
        if (specs.Count > MaxRoutes)
            draft.Report("spec.traffic.routes", $"there are {specs.Count} routes: at most {MaxRoutes} are taken");
        List<RouteSettings> routes = [];
        for (int i = 0; i < Math.Min(specs.Count, MaxRoutes); i++)
        {
            string path = $"spec.traffic.routes[{i}]";
            if (!CidrText.TryParse(specs[i].To ?? "", "10.20.0.0/16", out IPNetwork to, out string? error))
            {
                draft.Report($"{path}.to", error);
                continue;
            }
            if (specs[i].Table is { } table && (table < 1 || HostTables.Contains(table)))
                draft.Report($"{path}.table", $"{table} is one of the host's own tables, by which IKE finds the peer: leave it out for the tunnel's own, or write another number, for example 100");
            if (routes.Exists(other => other.To.Equals(to) && other.Table == specs[i].Table))
                draft.Report($"{path}.to", $"{to} stands twice in one table: leave one out");
            routes.Add(new RouteSettings(
                to, NumberRules.Read(specs[i].Metric, DefaultMetric, 1, int.MaxValue, $"{path}.metric", draft), specs[i].Table));
        }
        return routes;
    }

    private static List<RuleSettings> Rules(TrafficSpec traffic, SettingsDraft draft)
    {
        IReadOnlyList<RuleSpec> specs = traffic.Rules ?? [];
        if (specs.Count > MaxRules)
            draft.Report("spec.traffic.rules", $"there are {specs.Count} rules: at most {MaxRules} are taken");
        List<RuleSettings> rules = [];
        for (int i = 0; i < Math.Min(specs.Count, MaxRules); i++)
        {
            string path = $"spec.traffic.rules[{i}]";
            if (specs[i] is { From: null, To: null, Mark: null })
            {
                draft.Report(path, "the rule is for no packets: write from, to or mark");
                continue;
            }
            IPNetwork? from = Network(specs[i].From, $"{path}.from", draft);
            IPNetwork? to = Network(specs[i].To, $"{path}.to", draft);
            if (from is { } source && to is { } destination && source.BaseAddress.AddressFamily != destination.BaseAddress.AddressFamily)
                draft.Report(path, $"no packet goes from {source} to {destination}: write two networks of one IP version");
            rules.Add(new RuleSettings(from, to, MarkRules.Read(specs[i].Mark, $"{path}.mark", draft)));
        }
        if (rules.Count > 0 && (traffic.Routes ?? []).Count > 0 && (traffic.Routes ?? []).All(route => route.Table is not null))
            draft.Report("spec.traffic.rules", "they ask the tunnel's own routing table, but every route names another: leave out the rules, or a route's table");
        return rules;
    }

    private static IPNetwork? Network(string? text, string path, SettingsDraft draft)
    {
        if (text is null)
            return null;
        if (CidrText.TryParse(text, "10.244.0.0/16", out IPNetwork network, out string? error))
            return network;
        draft.Report(path, error);
        return null;
    }
}
