using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>A second remote site behind a wire of its own to the same gateway, at an address that the gateway's tunnel does not name.</summary>
internal sealed class Branch : IDisposable
{
    public const string Address = "203.0.113.9";
    public const string Host = "10.30.0.1";
    public const string Network = "10.30.0.0/24";
    public const string Psk = "another key that only the tests use, 32+ octets";

    private const string Wire = "wire2";

    private Branch(Site site) => Site = site;

    public Site Site { get; }

    /// <summary>What its strongSwan has.</summary>
    public static PeerConnection Connection { get; } = Connections.Remote with
    {
        LocalAddress = Address,
        LocalId = "two.branches.example.net",
        Psk = Psk,
        LocalNetwork = Network,
    };

    /// <summary>What our daemon has: whoever proves to be a branch, from wherever.</summary>
    public static TunnelFile Tunnel { get; } = new()
    {
        Name = "branches",
        StartAction = "None",
        PeerAddress = "any",
        PeerId = "*.branches.example.net",
        LocalAddress = TunnelNetwork.GatewayAddress,
        Psk = Psk,
        Remote = [Network],
        ProbeTarget = Host,
    };

    /// <summary>Adds it to a scene's network. Both ends have routes to each other's networks: without a tunnel packets would cross in clear.</summary>
    public static async Task<Branch> AddAsync(Realm realm, TunnelNetwork network, CancellationToken cancellation)
    {
        var branch = new Branch(await Site.CreateAsync("branch", realm.Debian13, realm.Repository.Binds, cancellation));
        try
        {
            await branch.Site.DisableIpv6Async(cancellation);
            await network.Gateway.ConnectAsync(Wire, branch.Site, Wire, cancellation);
            await network.Gateway.IpAsync($"address add {TunnelNetwork.GatewayAddress} peer {Address} dev {Wire}", cancellation);
            await network.Gateway.IpAsync($"route add {Network} via {Address}", cancellation);
            await branch.Site.IpAsync($"address add {Address} peer {TunnelNetwork.GatewayAddress} dev {Wire}", cancellation);
            await branch.Site.IpAsync($"address add {Host}/32 dev lo", cancellation);
            await branch.Site.IpAsync($"route add default via {TunnelNetwork.GatewayAddress}", cancellation);
            await branch.Site.ForwardAsync(cancellation);
            return branch;
        }
        catch
        {
            branch.Dispose();
            throw;
        }
    }

    /// <summary>Pings its host from the workload.</summary>
    public static async Task<bool> AnswersAsync(TunnelNetwork network, CancellationToken cancellation) =>
        (await network.Workload.RunAsync(new Command("ping", "-n", "-q", "-i", "0.05", "-c", "5", "-W", "2", Host), cancellation)).Succeeded;

    public void Dispose() => Site.Dispose();
}
