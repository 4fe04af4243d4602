using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Ike.Children;

/// <summary>A range of addresses, ports and one protocol (RFC 7296 3.13.1).</summary>
/// <param name="Start">First address, inclusive.</param>
/// <param name="End">Last address, inclusive; same family as <paramref name="Start"/>.</param>
/// <param name="Protocol">IP protocol number; 0 is any.</param>
/// <param name="StartPort">First port, inclusive; 0 to 65535 is any.</param>
/// <param name="EndPort">Last port, inclusive.</param>
public sealed record TrafficSelector(IPAddress Start, IPAddress End, byte Protocol = 0, ushort StartPort = 0, ushort EndPort = ushort.MaxValue)
{
    /// <summary>The selector of a whole network, any protocol and port.</summary>
    public static TrafficSelector Of(IPNetwork network)
    {
        byte[] last = network.BaseAddress.GetAddressBytes();
        for (int bit = network.PrefixLength; bit < last.Length * 8; bit++)
            last[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return new TrafficSelector(network.BaseAddress, new IPAddress(last));
    }

    public AddressFamily Family => Start.AddressFamily;

    public bool Contains(IPAddress address) =>
        address.AddressFamily == Family && Compare(Start, address) <= 0 && Compare(address, End) <= 0;

    /// <summary>What both selectors cover, or null (RFC 7296 2.9).</summary>
    public TrafficSelector? Intersect(TrafficSelector other)
    {
        if (other.Family != Family || (Protocol != 0 && other.Protocol != 0 && Protocol != other.Protocol))
            return null;

        IPAddress start = Compare(Start, other.Start) >= 0 ? Start : other.Start;
        IPAddress end = Compare(End, other.End) <= 0 ? End : other.End;
        ushort startPort = Math.Max(StartPort, other.StartPort);
        ushort endPort = Math.Min(EndPort, other.EndPort);
        return Compare(start, end) > 0 || startPort > endPort
            ? null
            : new TrafficSelector(start, end, Protocol != 0 ? Protocol : other.Protocol, startPort, endPort);
    }

    /// <summary>A CIDR where the range is one, otherwise both ends; then protocol and ports where they are not any.</summary>
    public override string ToString()
    {
        string addresses = PrefixLength is { } prefix ? $"{Start}/{prefix}" : $"{Start}-{End}";
        string ports = (StartPort, EndPort) switch
        {
            (0, ushort.MaxValue) => "",
            var (first, last) when first == last => $":{first}",
            var (first, last) => $":{first}-{last}",
        };
        return Protocol == 0 && ports.Length == 0 ? addresses : $"{addresses}[{Protocol}{ports}]";
    }

    /// <summary>The prefix length where the range is exactly one network; otherwise null.</summary>
    public int? PrefixLength
    {
        get
        {
            byte[] start = Start.GetAddressBytes(), end = End.GetAddressBytes();
            int prefix = 0;
            while (prefix < start.Length * 8 && ((start[prefix / 8] ^ end[prefix / 8]) & (0x80 >> (prefix % 8))) == 0)
                prefix++;
            var network = new IPNetwork(Masked(start, prefix), prefix);
            return Of(network) is { } whole && whole.Start.Equals(Start) && whole.End.Equals(End) ? prefix : null;
        }
    }

    private static IPAddress Masked(byte[] address, int prefix)
    {
        for (int bit = prefix; bit < address.Length * 8; bit++)
            address[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPAddress(address);
    }

    private static int Compare(IPAddress left, IPAddress right)
    {
        Span<byte> a = stackalloc byte[16], b = stackalloc byte[16];
        left.TryWriteBytes(a, out int length);
        right.TryWriteBytes(b, out _);
        return a[..length].SequenceCompareTo(b[..length]);
    }
}
