using System.Net;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>IPv6 beside IPv4 in the tests' network, outside and inside.</summary>
internal static class Ipv6Sites
{
    public const string GatewayAddress = "2001:db8:1::1";
    public const string RemoteAddress = "2001:db8:1::7";
    public const string WorkloadAddress = "fd00:1::2";
    public const string RemoteHost = "fd00:20::1";
    public const string LocalNetwork = "fd00:1::/64";
    public const string RemoteNetwork = "fd00:20::/64";

    /// <summary>The gateways' addresses, which alone may talk on the wire.</summary>
    public static IPAddress[] Gateways { get; } = [IPAddress.Parse(GatewayAddress), IPAddress.Parse(RemoteAddress)];

    /// <summary>Gives the sites IPv6 addresses, and routes over the wire that lead past the tunnel.</summary>
    public static async Task AddAsync(TunnelNetwork network, CancellationToken cancellationToken)
    {
        foreach (Site site in (Site[])[network.Workload, network.Gateway, network.Remote])
        {
            (await site.RunAsync(
                new Command("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=0", "net.ipv6.conf.all.forwarding=1"), cancellationToken)).EnsureSuccess();
        }
        await network.Workload.IpAsync($"address add {WorkloadAddress}/64 dev lan nodad", cancellationToken);
        await network.Gateway.IpAsync("address add fd00:1::1/64 dev lan nodad", cancellationToken);
        await network.Gateway.IpAsync($"address add {GatewayAddress}/64 dev {TunnelNetwork.Wire} nodad", cancellationToken);
        await network.Remote.IpAsync($"address add {RemoteAddress}/64 dev {TunnelNetwork.Wire} nodad", cancellationToken);
        await network.Remote.IpAsync($"address add {RemoteHost}/128 dev lo nodad", cancellationToken);
        await network.Workload.IpAsync("-6 route add default via fd00:1::1", cancellationToken);
        await network.Gateway.IpAsync($"-6 route add default via {RemoteAddress}", cancellationToken);
        await network.Remote.IpAsync($"-6 route add {LocalNetwork} via {GatewayAddress}", cancellationToken);
    }
}
