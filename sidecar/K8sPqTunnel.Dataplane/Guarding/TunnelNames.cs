using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>What a tunnel's entries in the kernel are called. All derives from the tunnel's name, so that a later process finds them.</summary>
internal sealed record TunnelNames
{
    /// <summary>rtm_protocol and FRA_PROTOCOL of our routes and rules; not assigned to anybody in iproute2's list.</summary>
    public const byte Protocol = 197;

    public const string NftTablePrefix = "pqtunnel_";
    private const string ClampTablePrefix = "pqtclamp_";
    private const string InterfacePrefix = "pqt";
    private const int HashOctets = 6;

    /// <summary>Tables from 2^31 on: far from those that people, distributions and other software number by hand.</summary>
    private const uint TableBase = 0x80000000;

    public TunnelNames(string tunnel)
    {
        ArgumentException.ThrowIfNullOrEmpty(tunnel);
        Tunnel = tunnel;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(tunnel));
        string suffix = Convert.ToHexStringLower(hash.AsSpan(0, HashOctets));
        Interface = InterfacePrefix + suffix;
        NftTable = NftTablePrefix + suffix;
        ClampTable = ClampTablePrefix + suffix;
        Table = TableBase | BinaryPrimitives.ReadUInt32BigEndian(hash);
        DefaultTable = TableBase | BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(sizeof(uint)));
    }

    /// <summary>With the interface's name that the policy chooses.</summary>
    public static TunnelNames Of(TunnelPolicy policy)
    {
        var names = new TunnelNames(policy.Tunnel);
        return policy.Routed?.InterfaceName is { } chosen ? names with { Interface = chosen } : names;
    }

    public string Tunnel { get; }

    /// <summary>Of its XFRM states and policies. At least 2^31: other software counts up from small numbers.</summary>
    public uint Reqid => Table;

    /// <summary>The tunnel's interface; if nobody chose a name, "pqt" and 12 hexadecimal digits, which fills IFNAMSIZ.</summary>
    public string Interface { get; init; }

    /// <summary>Routing table.</summary>
    public uint Table { get; }

    /// <summary>Routing table of a default route, which gives way to other software's routes to narrower networks.</summary>
    public uint DefaultTable { get; }

    /// <summary>nftables table, the same name in each family.</summary>
    public string NftTable { get; }

    /// <summary>nftables table of what TCP connections are told, the same name in each family.</summary>
    public string ClampTable { get; }
}
