using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Lab.Networks;

/// <summary>Two routers between the gateways, with a link between them that carries less than theirs, and drops what is larger without a word.</summary>
internal sealed class NarrowPath : IDisposable
{
    private const string Inside = "inside";
    private const string Middle = "middle";
    private const string Outside = "outside";
    private const string NearAddress = "203.0.113.1";
    private const string FarAddress = "203.0.113.2";
    private const string Mute = "table ip mute { chain out { type filter hook output priority 0; icmp type destination-unreachable drop; }; }";

    private readonly Site _near;
    private readonly Site _far;

    private NarrowPath(Site near, Site far)
    {
        _near = near;
        _far = far;
    }

    public static async Task<NarrowPath> CreateAsync(string root, IReadOnlyList<Bind> binds, CancellationToken cancellationToken) => new(
        await Site.CreateAsync("near router", root, binds, cancellationToken), await Site.CreateAsync("far router", root, binds, cancellationToken));

    /// <summary>Stands between two sites, whose interfaces are made here and have no addresses yet.</summary>
    public async Task JoinAsync(Site gateway, Site remote, CancellationToken cancellationToken)
    {
        foreach (Site router in (Site[])[_near, _far])
        {
            await router.DisableIpv6Async(cancellationToken);
            await router.ForwardAsync(cancellationToken);
            (await router.RunAsync(new Command("nft", Mute), cancellationToken)).EnsureSuccess();
        }

        await gateway.ConnectAsync(TunnelNetwork.Wire, _near, Inside, cancellationToken);
        await _near.ConnectAsync(Middle, _far, Middle, cancellationToken);
        await _far.ConnectAsync(Outside, remote, TunnelNetwork.Wire, cancellationToken);
        await _near.IpAsync($"address add {TunnelNetwork.NatInside} peer {TunnelNetwork.GatewayAddress} dev {Inside}", cancellationToken);
        await _near.IpAsync($"address add {NearAddress} peer {FarAddress} dev {Middle}", cancellationToken);
        await _near.IpAsync($"route add {TunnelNetwork.LocalNetwork} via {TunnelNetwork.GatewayAddress}", cancellationToken);
        await _near.IpAsync($"route add default via {FarAddress}", cancellationToken);
        await _far.IpAsync($"address add {TunnelNetwork.NatOutside} peer {TunnelNetwork.RemoteAddress} dev {Outside}", cancellationToken);
        await _far.IpAsync($"address add {FarAddress} peer {NearAddress} dev {Middle}", cancellationToken);
        await _far.IpAsync($"route add {TunnelNetwork.RemoteNetwork} via {TunnelNetwork.RemoteAddress}", cancellationToken);
        await _far.IpAsync($"route add default via {NearAddress}", cancellationToken);
    }

    /// <param name="path">What the link in the middle carries, in octets.</param>
    public async Task CarryAsync(int path, CancellationToken cancellationToken)
    {
        await _near.IpAsync($"link set {Middle} mtu {path}", cancellationToken);
        await _far.IpAsync($"link set {Middle} mtu {path}", cancellationToken);
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }
}
