namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Two routers between two gateways, with a link between them that takes less than the gateways' own links do.</summary>
/// <param name="mtu">Of the link in the middle, in octets. The others take 1,500, or as much where that is more.</param>
/// <param name="tells">They say so when a packet is too large (ICMP); otherwise the packet is just gone.</param>
internal sealed class MiddleRouter(int mtu, bool tells) : IDisposable
{
    public const string RightIpv4 = "198.51.100.2";
    public const string RightIpv6 = "2001:db8:1::2";
    private const int Ethernet = 1500;
    private const string Forwarding =
        "echo 1 > /proc/sys/net/ipv4/ip_forward; cd /proc/sys/net/ipv6/conf; echo 0 > all/accept_dad; echo 0 > default/accept_dad; echo 1 > all/forwarding";
    private const string Mute =
        "nft add table inet mute '{ chain out { type filter hook output priority 0; icmp type destination-unreachable drop; icmpv6 type packet-too-big drop; }; }'";

    private readonly NetworkNamespace _near = NetworkNamespace.Create();
    private readonly NetworkNamespace _far = NetworkNamespace.Create();

    public void Join(NetworkNamespace left, NetworkNamespace right)
    {
        foreach (NetworkNamespace router in new[] { _near, _far })
        {
            router.Shell(Forwarding);
            if (!tells)
                router.Shell(Mute);
        }

        NetworkNamespace.Join(left, "wan0", "192.0.2.1/24", _near, "out0", "192.0.2.254/24");
        NetworkNamespace.Join(_near, "mid0", "203.0.113.1/24", _far, "mid0", "203.0.113.2/24");
        NetworkNamespace.Join(_far, "out0", "198.51.100.254/24", right, "wan0", $"{RightIpv4}/24");
        int wide = Math.Max(Ethernet, mtu);
        Lead(left, "wan0", wide, "2001:db8::1", "198.51.100.0/24 via 192.0.2.254", "2001:db8:1::/64 via 2001:db8::ffff");
        Lead(_near, "out0", wide, "2001:db8::ffff", "198.51.100.0/24 via 203.0.113.2");
        Lead(_near, "mid0", mtu, "2001:db8:2::1", "2001:db8:1::/64 via 2001:db8:2::2");
        Lead(_far, "out0", wide, "2001:db8:1::ffff", "192.0.2.0/24 via 203.0.113.1");
        Lead(_far, "mid0", mtu, "2001:db8:2::2", "2001:db8::/64 via 2001:db8:2::1");
        Lead(right, "wan0", wide, RightIpv6, "192.0.2.0/24 via 198.51.100.254", "2001:db8::/64 via 2001:db8:1::ffff");
    }

    /// <summary>Gives the link in the middle another MTU.</summary>
    public void Narrow(int to)
    {
        _near.Shell($"ip link set mid0 mtu {to}");
        _far.Shell($"ip link set mid0 mtu {to}");
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    private static void Lead(NetworkNamespace space, string link, int mtu, string address, params string[] routes) => space.Shell(
        $"ip link set {link} mtu {mtu}; ip addr add {address}/64 dev {link} nodad; {string.Concat(routes.Select(route => $"ip route add {route}; "))}");
}
