using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Guests;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Lab.Networks;

/// <summary>
/// The network of the demo and the interop tests: workload (10.1.0.2) - gateway - wire - remote site, whose gateway also is the host 10.20.0.1.
/// </summary>
/// <remarks>
/// Both gateways have routes to each other's networks over the wire: without a tunnel and without block rules a packet
/// would cross in clear and arrive. So a tunnel that leaks is seen, and an answered ping alone proves nothing.
/// </remarks>
public sealed partial class TunnelNetwork : IDisposable
{
    public const string GatewayAddress = "192.0.2.1";
    public const string RemoteAddress = "198.51.100.7";
    public const string WorkloadAddress = "10.1.0.2";
    public const string RemoteHost = "10.20.0.1";
    public const string LocalNetwork = "10.1.0.0/24";
    public const string RemoteNetwork = "10.20.0.0/24";

    /// <summary>What the remote site sees of everything behind a NAT between the two.</summary>
    public const string NatOutside = "198.51.100.1";

    /// <summary>What the gateway sees of a remote site behind a NAT between the two.</summary>
    public const string NatInside = "192.0.2.254";

    /// <summary>The gateways' interface between them, in both namespaces.</summary>
    public const string Wire = "wire";

    private readonly string _root;
    private readonly Site? _router;
    private readonly NarrowPath? _narrow;

    private TunnelNetwork(string root, Site workload, Site gateway, Site? router, Site remote, NarrowPath? narrow)
    {
        _root = root;
        Workload = workload;
        Gateway = gateway;
        _router = router;
        Remote = remote;
        _narrow = narrow;
    }

    public Site Workload { get; }

    public Site Gateway { get; }

    public Site Remote { get; }

    /// <summary>Where the gateway sends what is for the remote site.</summary>
    public string RemoteSeenAs { get; private init; } = RemoteAddress;

    /// <summary>Where the remote site sends what is for the gateway.</summary>
    public string GatewaySeenAs { get; private init; } = GatewayAddress;

    /// <summary>The only addresses that may talk on the wire.</summary>
    public static IReadOnlyCollection<IPAddress> Gateways { get; } = [IPAddress.Parse(GatewayAddress), IPAddress.Parse(RemoteAddress)];

    /// <summary>The addresses that a NAT between the gateways puts in place of theirs.</summary>
    public static IReadOnlyCollection<IPAddress> Translated { get; } = [IPAddress.Parse(NatOutside), IPAddress.Parse(NatInside)];

    /// <summary>Makes the three sites and their cables.</summary>
    /// <param name="root">The Debian 13 root.</param>
    /// <param name="binds">What of the host the sites see.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="nat">Whom a router between the two hides.</param>
    /// <param name="path">Octets that the link between two routers on the way carries, which drop what is larger without a word; null for a cable.</param>
    public static async Task<TunnelNetwork> CreateAsync(
        string root, IReadOnlyList<Bind> binds, CancellationToken cancellationToken, NatPlace nat = NatPlace.None, int? path = null)
    {
        Site workload = await Site.CreateAsync("workload", root, binds, cancellationToken);
        Site gateway = await Site.CreateAsync("gateway", root, binds, cancellationToken);
        Site remote = await Site.CreateAsync("remote", root, binds, cancellationToken);
        Site? router = nat == NatPlace.None ? null : await Site.CreateAsync("router", root, binds, cancellationToken);
        NarrowPath? narrow = path is null ? null : await NarrowPath.CreateAsync(root, binds, cancellationToken);
        var network = new TunnelNetwork(root, workload, gateway, router, remote, narrow)
        {
            RemoteSeenAs = nat == NatPlace.Remote ? NatInside : RemoteAddress,
            GatewaySeenAs = nat == NatPlace.Gateway ? NatOutside : GatewayAddress,
        };
        try
        {
            await network.ConnectAsync(nat, cancellationToken);
            if (path is { } octets)
                await network.NarrowAsync(octets, cancellationToken);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Captures what crosses the wire into a pcap file.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="outgoingOnly">What the gateway sends, for a gateway whose kernel opens ESP.</param>
    public Task<WireCapture> CaptureAsync(string file, CancellationToken cancellationToken, bool outgoingOnly = false) =>
        WireCapture.StartAsync(_root, Gateway.Network, Wire, file, cancellationToken, outgoingOnly);

    /// <summary>Pings the remote host from the workload.</summary>
    /// <param name="seconds">How long to wait for the last answer.</param>
    public Task<CommandResult> PingAsync(int count, int seconds, CancellationToken cancellationToken) =>
        Workload.RunAsync(new Command("ping", "-n", "-q", "-i", "0.05", "-c", $"{count}", "-W", $"{seconds}", RemoteHost), cancellationToken);

    /// <summary>Pings the remote host from the workload, and goes on until so many are answered or the time is up.</summary>
    /// <returns>Those of the first <paramref name="count"/> that were never answered; a late answer is an answer.</returns>
    public async Task<IReadOnlyList<int>> UnansweredAsync(int count, int seconds, CancellationToken cancellationToken)
    {
        CommandResult ping = await Workload.RunAsync(
            new Command("ping", "-n", "-i", "0.05", "-c", $"{count}", "-w", $"{seconds}", RemoteHost), cancellationToken);
        HashSet<int> answered = [.. Answer().Matches(ping.Output).Select(answer => int.Parse(answer.Groups["number"].ValueSpan, CultureInfo.InvariantCulture))];
        return [.. Enumerable.Range(1, count).Where(number => !answered.Contains(number))];
    }

    /// <summary>Has the link between the two routers on the way carry another size.</summary>
    /// <param name="path">In octets.</param>
    public Task NarrowAsync(int path, CancellationToken cancellationToken) =>
        (_narrow ?? throw new LabException("There are no routers between the gateways.")).CarryAsync(path, cancellationToken);

    /// <summary>Has the router forget the remote site, which it hides, and give it other ports from now on.</summary>
    public async Task RemapAsync(CancellationToken cancellationToken)
    {
        Site router = _router ?? throw new LabException("There is no router between the gateways.");
        foreach (string rule in (string[])["flush chain ip nat out", "add rule ip nat out oifname inside meta l4proto udp masquerade to :40000-41000"])
            (await router.RunAsync(new Command("nft", rule), cancellationToken)).EnsureSuccess();
        // The kernel forgets what it hid behind an interface that goes down.
        await router.IpAsync("link set inside down", cancellationToken);
        await router.IpAsync("link set inside up", cancellationToken);
        await router.IpAsync($"route add {LocalNetwork} via {GatewayAddress}", cancellationToken);
    }

    [GeneratedRegex(@"bytes from .* icmp_seq=(?<number>\d+) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Answer();

    public void Dispose()
    {
        Workload.Dispose();
        Gateway.Dispose();
        _router?.Dispose();
        _narrow?.Dispose();
        Remote.Dispose();
    }

    /// <summary>Puts a guest into the remote site's place: it takes over the addresses and routes.</summary>
    public async Task HandRemoteOverAsync(Guest guest, CancellationToken cancellationToken)
    {
        await Remote.IpAsync($"address del {RemoteHost}/32 dev lo", cancellationToken);
        foreach (string arguments in RemoteSettings(Guest.Device))
            (await guest.RunAsync($"ip {arguments}", cancellationToken)).EnsureSuccess();
    }

    private async Task ConnectAsync(NatPlace nat, CancellationToken cancellationToken)
    {
        // The tunnels carry IPv4; without IPv6 the wire holds no neighbour discovery, and a snapshot no addresses that are still tentative.
        foreach (Site site in new[] { Workload, Gateway, _router, Remote }.OfType<Site>())
            await site.DisableIpv6Async(cancellationToken);

        await Workload.ConnectAsync("lan", Gateway, "lan", cancellationToken);
        await Workload.IpAsync($"address add {WorkloadAddress}/24 dev lan", cancellationToken);
        await Workload.IpAsync("route add default via 10.1.0.1", cancellationToken);
        await Gateway.IpAsync("address add 10.1.0.1/24 dev lan", cancellationToken);

        if (_router is not null)
            await ConnectAsync(_router, nat, cancellationToken);
        else if (_narrow is not null)
            await _narrow.JoinAsync(Gateway, Remote, cancellationToken);
        else
            await Gateway.ConnectAsync(Wire, Remote, Wire, cancellationToken);
        await Gateway.IpAsync($"address add {GatewayAddress} peer {GatewayNextHop} dev {Wire}", cancellationToken);
        await Gateway.IpAsync($"route add default via {GatewayNextHop}", cancellationToken);
        await Gateway.ForwardAsync(cancellationToken);
        foreach (string arguments in RemoteSettings(Wire))
            await Remote.IpAsync(arguments, cancellationToken);
        await Remote.ForwardAsync(cancellationToken);
    }

    private async Task ConnectAsync(Site router, NatPlace nat, CancellationToken cancellationToken)
    {
        const string inside = "inside";
        const string outside = "outside";
        await Gateway.ConnectAsync(Wire, router, inside, cancellationToken);
        await router.ConnectAsync(outside, Remote, Wire, cancellationToken);
        await router.IpAsync($"address add {NatInside} peer {GatewayAddress} dev {inside}", cancellationToken);
        await router.IpAsync($"address add {NatOutside} peer {RemoteAddress} dev {outside}", cancellationToken);
        await router.IpAsync($"route add {LocalNetwork} via {GatewayAddress}", cancellationToken);
        await router.IpAsync($"route add {RemoteNetwork} via {RemoteAddress}", cancellationToken);
        await router.ForwardAsync(cancellationToken);
        string device = nat == NatPlace.Gateway ? outside : inside;
        foreach (string rule in (string[])["add table ip nat", "add chain ip nat out { type nat hook postrouting priority 100; }",
            $"add rule ip nat out oifname {device} masquerade"])
        {
            (await router.RunAsync(new Command("nft", rule), cancellationToken)).EnsureSuccess();
        }
    }

    private bool IsCable => _router is null && _narrow is null;

    private string GatewayNextHop => IsCable ? RemoteAddress : NatInside;

    private string[] RemoteSettings(string device)
    {
        string nextHop = IsCable ? GatewayAddress : NatOutside;
        return
        [
            $"address add {RemoteAddress} peer {nextHop} dev {device}", $"address add {RemoteHost}/32 dev lo",
            $"route add default via {nextHop}",
        ];
    }
}
