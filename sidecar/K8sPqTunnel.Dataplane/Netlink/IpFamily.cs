using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>What differs between IPv4 and IPv6 in rtnetlink and nf_tables.</summary>
/// <param name="Number">AF_INET or AF_INET6, which NFPROTO_IPV4 and NFPROTO_IPV6 equal.</param>
/// <param name="AddressLength">Octets.</param>
/// <param name="SourceOffset">Of the source address in the header.</param>
/// <param name="DestinationOffset">Of the destination address in the header.</param>
/// <param name="HeaderLength">Octets of the header without options or extensions.</param>
internal sealed record IpFamily(
    AddressFamily Family, byte Number, int AddressLength, uint SourceOffset, uint DestinationOffset, int HeaderLength, IPAddress Any)
{
    /// <summary>RFC 791 3.1.</summary>
    public static IpFamily V4 { get; } = new(AddressFamily.InterNetwork, 2, 4, 12, 16, 20, IPAddress.Any);

    /// <summary>RFC 8200 3.</summary>
    public static IpFamily V6 { get; } = new(AddressFamily.InterNetworkV6, 10, 16, 8, 24, 40, IPAddress.IPv6Any);

    public static IReadOnlyList<IpFamily> Both { get; } = [V4, V6];

    public static IpFamily Of(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? V6 : V4;

    /// <summary>The family of an AF_ number; null if it is none of IP's.</summary>
    public static IpFamily? Find(int number) => number == V4.Number ? V4 : number == V6.Number ? V6 : null;

    public int AddressBits => AddressLength * 8;

    public bool Has(IPAddress address) => address.AddressFamily == Family;

    public bool Has(IPNetwork network) => Has(network.BaseAddress);

    /// <summary>The network that an address stands on.</summary>
    public IPNetwork NetworkOf(IPAddress address, int prefixLength)
    {
        byte[] octets = address.GetAddressBytes();
        for (int i = 0; i < octets.Length; i++)
            octets[i] &= (byte)(0xff << (8 - Math.Clamp(prefixLength - i * 8, 0, 8)));
        return new IPNetwork(new IPAddress(octets), prefixLength);
    }

    /// <summary>The network of this address alone.</summary>
    public IPNetwork Host(IPAddress address) => new(address, AddressBits);

    public override string ToString() => this == V4 ? "IPv4" : "IPv6";
}
