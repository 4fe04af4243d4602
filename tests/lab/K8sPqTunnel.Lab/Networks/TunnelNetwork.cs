using System.Net;
using K8sPqTunnel.Lab.Capture;
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
public sealed class TunnelNetwork : IDisposable
{
    public const string GatewayAddress = "192.0.2.1";
    public const string RemoteAddress = "198.51.100.7";
    public const string WorkloadAddress = "10.1.0.2";
    public const string RemoteHost = "10.20.0.1";
    public const string LocalNetwork = "10.1.0.0/24";
    public const string RemoteNetwork = "10.20.0.0/24";

    /// <summary>The gateways' interface between them, in both namespaces.</summary>
    public const string Wire = "wire";

    private readonly string _root;

    private TunnelNetwork(string root, Site workload, Site gateway, Site remote)
    {
        _root = root;
        Workload = workload;
        Gateway = gateway;
        Remote = remote;
    }

    public Site Workload { get; }

    public Site Gateway { get; }

    public Site Remote { get; }

    /// <summary>The only addresses that may talk on the wire.</summary>
    public static IReadOnlyCollection<IPAddress> Gateways { get; } = [IPAddress.Parse(GatewayAddress), IPAddress.Parse(RemoteAddress)];

    /// <summary>Makes the three sites and their cables.</summary>
    /// <param name="root">The Debian 13 root.</param>
    /// <param name="binds">What of the host the sites see.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TunnelNetwork> CreateAsync(string root, IReadOnlyList<Bind> binds, CancellationToken cancellationToken)
    {
        Site workload = await Site.CreateAsync("workload", root, binds, cancellationToken);
        Site gateway = await Site.CreateAsync("gateway", root, binds, cancellationToken);
        Site remote = await Site.CreateAsync("remote", root, binds, cancellationToken);
        var network = new TunnelNetwork(root, workload, gateway, remote);
        try
        {
            await network.ConnectAsync(cancellationToken);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Captures what crosses the wire into a pcap file.</summary>
    public Task<WireCapture> CaptureAsync(string file, CancellationToken cancellationToken) =>
        WireCapture.StartAsync(_root, Gateway.Network, Wire, file, cancellationToken);

    /// <summary>Pings the remote host from the workload.</summary>
    /// <param name="seconds">How long to wait for the last answer.</param>
    public Task<CommandResult> PingAsync(int count, int seconds, CancellationToken cancellationToken) =>
        Workload.RunAsync(new Command("ping", "-n", "-q", "-i", "0.05", "-c", $"{count}", "-W", $"{seconds}", RemoteHost), cancellationToken);

    public void Dispose()
    {
        Workload.Dispose();
        Gateway.Dispose();
        Remote.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        // The tunnels carry IPv4; without IPv6 the wire holds no neighbour discovery, and a snapshot no addresses that are still tentative.
        foreach (Site site in (Site[])[Workload, Gateway, Remote])
            await site.DisableIpv6Async(cancellationToken);

        await Workload.ConnectAsync("lan", Gateway, "lan", cancellationToken);
        await Workload.IpAsync($"address add {WorkloadAddress}/24 dev lan", cancellationToken);
        await Workload.IpAsync("route add default via 10.1.0.1", cancellationToken);
        await Gateway.IpAsync("address add 10.1.0.1/24 dev lan", cancellationToken);

        await Gateway.ConnectAsync(Wire, Remote, Wire, cancellationToken);
        await Gateway.IpAsync($"address add {GatewayAddress} peer {RemoteAddress} dev {Wire}", cancellationToken);
        await Gateway.IpAsync($"route add default via {RemoteAddress}", cancellationToken);
        await Gateway.ForwardAsync(cancellationToken);
        await Remote.IpAsync($"address add {RemoteAddress} peer {GatewayAddress} dev {Wire}", cancellationToken);
        await Remote.IpAsync($"address add {RemoteHost}/32 dev lo", cancellationToken);
        await Remote.IpAsync($"route add {LocalNetwork} via {GatewayAddress}", cancellationToken);
        await Remote.ForwardAsync(cancellationToken);
    }
}
