using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Translation;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>What a guard keeps from passing in clear, and what it must let pass all the same.</summary>
/// <param name="Local">Networks of our side, as the peer sees them.</param>
/// <param name="Remote">Networks of the peer's side.</param>
/// <param name="Peers">The peer's outer addresses, with which we exchange IKE and ESP even where they lie in <paramref name="Remote"/>.</param>
/// <param name="LocalPorts">Our UDP ports for that.</param>
/// <param name="Tcp">They may go in TCP too, to port 4500 of the end that did not open the connection (RFC 9329 2).</param>
internal sealed record GuardedTraffic(
    IReadOnlyList<IPNetwork> Local,
    IReadOnlyList<IPNetwork> Remote,
    IReadOnlyList<IPAddress> Peers,
    IReadOnlyList<ushort> LocalPorts,
    bool Tcp = false)
{
    /// <summary>Networks of our side that have other addresses here than in <see cref="Local"/>.</summary>
    public IReadOnlyList<TranslatedNetwork> Translations { get; init; } = [];

    /// <summary>Networks of our side as packets have them here, before or after translation.</summary>
    public IEnumerable<IPNetwork> Here => Translations.Select(translation => translation.Inside).Concat(Local).Distinct();

    /// <summary>Only packets with it are meant; null for all.</summary>
    public PacketMark? Mark { get; init; }

    /// <summary>The routes choose the packets, and not the networks; null where they do.</summary>
    public RoutedTraffic? Routed { get; init; }

    /// <summary>An SA carries it, or its packets are to bring one up: routes of ours in others' tables come before those with a worse metric.</summary>
    public bool IsCarried { get; init; }

    /// <summary>Addresses of our side at which the kernel answers health checks, although no host need have them.</summary>
    public IReadOnlyList<IPAddress> Answers { get; init; } = [];

    /// <summary>What of it concerns one family.</summary>
    public GuardedTraffic Of(IpFamily family) => this with
    {
        Local = [.. Local.Where(family.Has)],
        Remote = [.. Remote.Where(family.Has)],
        Peers = [.. Peers.Where(family.Has)],
        Answers = [.. Answers.Where(family.Has)],
        Translations = [.. Translations.Where(translation => family.Has(translation.Inside))],
        Routed = Routed is null ? null : Routed with
        {
            Addresses = [.. Routed.Addresses.Where(address => family.Has(address.Address))],
            Routes = [.. Routed.Routes.Where(route => family.Has(route.To))],
            Rules = [.. Routed.Rules.Where(rule => (rule.From ?? rule.To) is not { } network || family.Has(network))],
        },
    };

    /// <summary>The addresses of the tunnel's own interface that a probe may come from; null where it has none.</summary>
    public IReadOnlyList<IPNetwork>? ProbeNetworks(IPAddress target)
    {
        IpFamily family = IpFamily.Of(target);
        IReadOnlyList<IPNetwork> own = [.. (Routed?.Addresses ?? []).Where(own => family.Has(own.Address)).Select(own => family.Host(own.Address))];
        return own.Count > 0 ? own : null;
    }

    /// <summary>Nothing can pass between no networks.</summary>
    public bool IsEmpty => Local.Count == 0 || Remote.Count == 0;

    /// <summary>Only those need an exception.</summary>
    public IEnumerable<IPAddress> PeersInRemote => Peers.Where(peer => Remote.Any(network => network.Contains(peer)));
}
