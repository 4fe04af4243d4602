using System.Net;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>A site outside the cluster, with a network behind it; the cluster's bridge is its router, over a link that carries nothing else.</summary>
/// <remarks>
/// Routes lead both ways without a tunnel too: a packet that the gateway lets out in clear arrives and is answered, so a leak is seen.
/// </remarks>
public sealed class RemoteSite : IAsyncDisposable
{
    public const string Address = "198.51.100.7";
    public const string Network = "10.20.0.0/24";
    public const string Host = "10.20.0.1";
    private const string RouterAddress = "198.51.100.1";
    private const string Wire = "wire";
    private const string RouterEnd = "site0";

    private readonly Site _site;
    private readonly string _tools;
    private StrongSwan? _peer;

    private RemoteSite(Site site, string tools)
    {
        _site = site;
        _tools = tools;
    }

    /// <summary>Who may talk on the site's link: the site and the nodes that tunnels end at.</summary>
    public static IReadOnlyCollection<IPAddress> Gateways { get; } =
        [IPAddress.Parse(Address), .. Enumerable.Range(1, 3).Select(node => IPAddress.Parse(ClusterNetwork.NodeAddress(node)))];

    /// <summary>The running strongSwan.</summary>
    public StrongSwan Peer => _peer ?? throw new InvalidOperationException("Start the peer first.");

    /// <summary>Makes the site and joins it to the cluster.</summary>
    /// <param name="cluster">Its router.</param>
    /// <param name="tools">A Debian 13 root with ip and tcpdump.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RemoteSite> JoinAsync(LabCluster cluster, string tools, CancellationToken cancellationToken)
    {
        Site site = await Site.CreateAsync("remote", tools, [], cancellationToken);
        await site.IpAsync($"link add {Wire} type veth peer name {RouterEnd} netns /proc/{cluster.NamespaceProcess}/ns/net", cancellationToken);
        await site.IpAsync($"address add {Address}/24 dev {Wire}", cancellationToken);
        await site.IpAsync($"link set {Wire} up", cancellationToken);
        await site.IpAsync($"route add default via {RouterAddress}", cancellationToken);
        await site.IpAsync($"address add {Host}/32 dev lo", cancellationToken);
        await site.ForwardAsync(cancellationToken);

        foreach (string arguments in (string[])[$"address add {RouterAddress}/24 dev {RouterEnd}", $"link set {RouterEnd} up", $"route add {Network} via {Address}"])
            (await cluster.RunAsync(new Command("ip", arguments.Split(' ')), cancellationToken)).EnsureSuccess();
        return new RemoteSite(site, tools);
    }

    /// <summary>Starts strongSwan there, or replaces the one that runs.</summary>
    /// <param name="root">A root with strongSwan.</param>
    /// <param name="connections">Its swanctl.conf.</param>
    /// <param name="folder">Gets its configuration and log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<StrongSwan> StartPeerAsync(string root, string connections, string folder, CancellationToken cancellationToken)
    {
        await StopPeerAsync();
        return _peer = await StrongSwan.StartAsync(root, _site, connections, folder, cancellationToken);
    }

    /// <summary>Stops strongSwan, which deletes its SAs on the way.</summary>
    public async Task StopPeerAsync()
    {
        if (_peer is not null)
            await _peer.DisposeAsync();
        _peer = null;
    }

    /// <summary>Captures what crosses the site's link into a pcap file.</summary>
    public Task<WireCapture> CaptureAsync(string file, CancellationToken cancellationToken) =>
        WireCapture.StartAsync(_tools, _site.Network, Wire, file, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopPeerAsync();
        _site.Dispose();
    }
}
