namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A router between two gateways, whose link to the right one may take less than the other does.</summary>
/// <param name="mtu">Of that link, in octets. The left one's takes 1,500, or as much where that is more.</param>
/// <param name="tells">It says so when a packet is too large (ICMP); otherwise the packet is just gone.</param>
internal sealed class MiddleRouter(int mtu, bool tells) : IDisposable
{
    public const string RightIpv4 = "198.51.100.2";
    public const string RightIpv6 = "2001:db8:1::2";
    private const int Ethernet = 1500;

    private readonly NetworkNamespace _space = NetworkNamespace.Create();

    /// <summary>In octets.</summary>
    public int Mtu => mtu;

    public void Join(NetworkNamespace left, NetworkNamespace right)
    {
        _space.Shell("echo 1 > /proc/sys/net/ipv4/ip_forward; cd /proc/sys/net/ipv6/conf; echo 0 > all/accept_dad; echo 0 > default/accept_dad; echo 1 > all/forwarding");
        if (!tells)
        {
            _space.Shell("nft add table inet mute '{ chain out { type filter hook output priority 0; icmp type destination-unreachable drop; "
                + "icmpv6 type packet-too-big drop; }; }'");
        }

        NetworkNamespace.Join(left, "wan0", "192.0.2.1/24", _space, "left0", "192.0.2.254/24");
        NetworkNamespace.Join(_space, "right0", "198.51.100.254/24", right, "wan0", $"{RightIpv4}/24");
        _space.Shell("ip addr add 2001:db8::ffff/64 dev left0 nodad; ip addr add 2001:db8:1::ffff/64 dev right0 nodad");
        left.Shell("ip addr add 2001:db8::1/64 dev wan0 nodad; ip route add 198.51.100.0/24 via 192.0.2.254; ip route add 2001:db8:1::/64 via 2001:db8::ffff");
        right.Shell($"ip addr add {RightIpv6}/64 dev wan0 nodad; ip route add 192.0.2.0/24 via 198.51.100.254; ip route add 2001:db8::/64 via 2001:db8:1::ffff");
        int wide = Math.Max(Ethernet, mtu);
        left.Shell($"ip link set wan0 mtu {wide}");
        right.Shell($"ip link set wan0 mtu {wide}");
        _space.Shell($"ip link set left0 mtu {wide}");
        Narrow(mtu);
    }

    /// <summary>Gives the link to the right another MTU. The right gateway does not see it: its own interface takes as much as before.</summary>
    public void Narrow(int to) => _space.Shell($"ip link set right0 mtu {to}");

    public void Dispose() => _space.Dispose();
}
