using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.nat: networks of this side that the peer knows by other addresses. spec.traffic, and so the selectors, have those.</summary>
internal static class NatRules
{
    private const int MaxEntries = 32;
    private const string Example = "10.200.0.0/16";

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        if (spec.Nat is not { } nat)
            return;
        List<AddressTranslation> translations = [];
        IReadOnlyList<NetmapSpec> maps = Bounded(nat.Netmap, "spec.nat.netmap", draft);
        for (int i = 0; i < maps.Count; i++)
            ReadMap(maps[i], $"spec.nat.netmap[{i}]", translations, draft);
        IReadOnlyList<SnatSpec> shared = Bounded(nat.Snat, "spec.nat.snat", draft);
        for (int i = 0; i < shared.Count; i++)
            ReadShared(shared[i], $"spec.nat.snat[{i}]", translations, draft);
        draft.Translations = translations;
    }

    private static void ReadMap(NetmapSpec map, string path, List<AddressTranslation> translations, SettingsDraft draft)
    {
        if (!TryReadNetwork(map.Local, $"{path}.local", draft, out IPNetwork local) | !TryReadNetwork(map.As, $"{path}.as", draft, out IPNetwork seen))
            return;
        if (!IsSameFamily(local, seen))
            draft.Report(path, $"{local} is of another family than {seen}: write two IPv4 networks or two IPv6 networks");
        else if (local.PrefixLength != seen.PrefixLength)
            draft.Report(path, $"{local} and {seen} have different sizes, but each address needs one of its own: make them equal, or use spec.nat.snat, where all share one address");
        else if (local.Equals(seen))
            draft.Report(path, $"{local} stays what it is: leave the entry out");
        else
            Add(new AddressTranslation(local, seen, IsOneWay: false), path, translations, draft);
    }

    private static void ReadShared(SnatSpec shared, string path, List<AddressTranslation> translations, SettingsDraft draft)
    {
        bool isNetwork = TryReadNetwork(shared.Local, $"{path}.local", draft, out IPNetwork local);
        if (!IPAddress.TryParse(shared.As, out IPAddress? address))
            draft.Report($"{path}.as", $"\"{shared.As}\" is not an IP address: write one inside spec.traffic.local");
        else if (isNetwork && address.AddressFamily != local.BaseAddress.AddressFamily)
            draft.Report(path, $"{local} is of another family than {address}: write an address of its family");
        else if (isNetwork)
            Add(new AddressTranslation(local, new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128), IsOneWay: true), path, translations, draft);
    }

    private static void Add(AddressTranslation added, string path, List<AddressTranslation> translations, SettingsDraft draft)
    {
        (IPNetwork local, IPNetwork seen) = (added.Local, added.As);
        string seenText = added.IsOneWay ? seen.BaseAddress.ToString() : seen.ToString();
        bool isListed = draft.Local.Any(network => Within(seen, network));
        string instead = draft.Local.Contains(local) ? $" instead of {local}" : "";
        if (!isListed)
            draft.Report($"{path}.as", $"the peer sees {seenText}, but spec.traffic.local does not hold it: the tunnel's networks are the translated ones, so list {seen} there{instead}");

        foreach (IPNetwork hidden in draft.Local.Where(network => isListed && Within(network, local) && !Within(seen, network)))
            draft.Report("spec.traffic.local", $"{hidden} is translated into {seenText}, so the peer never sees it: the tunnel's networks are the translated ones, so leave {hidden} out");
        // A default route gives way to what is here.
        (IEnumerable<IPNetwork> remotes, string where) = draft.Routed is { } routed
            ? (routed.Routes.Select(route => route.To).Where(to => to.PrefixLength > 0), "spec.traffic.routes")
            : (draft.Remote, "spec.traffic.remote");
        foreach (IPNetwork remote in remotes.Where(remote => Overlap(remote, local)))
        {
            draft.Report($"{path}.local", $"{local} overlaps {remote} of {where}, so hosts here cannot tell the peer's from their own: have the peer "
                + $"translate its network too, and list that one in {where}");
        }

        foreach (AddressTranslation other in translations)
        {
            if (Overlap(other.Local, local))
                draft.Report($"{path}.local", $"{local} overlaps {other.Local}, which is translated into {other.As}: each address here has one translation");
            if (Overlap(other.As, seen) && !(other.IsOneWay && added.IsOneWay))
                draft.Report($"{path}.as", $"{seenText} overlaps {other.As}, by which the peer knows {other.Local}: each address there has one meaning");
        }

        translations.Add(added);
    }

    private static IReadOnlyList<T> Bounded<T>(IReadOnlyList<T>? entries, string path, SettingsDraft draft)
    {
        if (entries is null or { Count: <= MaxEntries })
            return entries ?? [];
        draft.Report(path, $"the list has {entries.Count} entries: write at most {MaxEntries}");
        return [];
    }

    private static bool TryReadNetwork(string? text, string path, SettingsDraft draft, out IPNetwork network)
    {
        if (CidrText.TryParse(text ?? "", Example, out network, out string? error))
            return true;
        draft.Report(path, error);
        return false;
    }

    private static bool IsSameFamily(IPNetwork left, IPNetwork right) => left.BaseAddress.AddressFamily == right.BaseAddress.AddressFamily;

    private static bool Within(IPNetwork inner, IPNetwork outer) => inner.PrefixLength >= outer.PrefixLength && outer.Contains(inner.BaseAddress);

    private static bool Overlap(IPNetwork left, IPNetwork right) => left.Contains(right.BaseAddress) || right.Contains(left.BaseAddress);
}
