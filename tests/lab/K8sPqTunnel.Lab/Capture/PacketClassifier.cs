using System.Buffers.Binary;
using System.Net;

namespace K8sPqTunnel.Lab.Capture;

/// <summary>Tells protected packets between two gateways from everything else, fail closed: what is not recognized is clear.</summary>
/// <remarks>It remembers the first fragments of datagrams, so one classifier serves one capture, in order.</remarks>
public sealed class PacketClassifier(IReadOnlyCollection<IPAddress> gateways)
{
    private const int EthernetHeader = 14;
    private const int UdpHeader = 8;
    private const int IcmpHeader = 8;
    private const byte DestinationUnreachable = 3;
    private const byte DestinationUnreachable6 = 1;
    private const int EtherIpv4 = 0x0800;
    private const int EtherArp = 0x0806;
    private const int EtherIpv6 = 0x86dd;
    private const int Icmp = 1;
    private const int Igmp = 2;
    private const int Tcp = 6;
    private const int TcpPorts = 4;
    private const int Udp = 17;
    private const int EspProtocol = 50;
    private const int Icmp6 = 58;
    private const int IkePort = 500;
    private const int NonEspMarker = 4;
    private const int ExchangeOffset = 18;
    private const int IkeSaInit = 34;
    private const int NatTraversalPort = 4500;
    private readonly Dictionary<(IPAddress Source, IPAddress Destination, int Id), PacketClass> _fragmented = [];

    /// <summary>Classifies an Ethernet frame, of which at least the headers were captured.</summary>
    public PacketClass Classify(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetHeader)
            return PacketClass.Clear;
        int type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        if (type == EtherArp)
            return PacketClass.Link;
        if (type is not (EtherIpv4 or EtherIpv6) || !IpHeader.TryParse(frame[EthernetHeader..], out IpHeader ip))
            return PacketClass.Clear;
        ReadOnlySpan<byte> payload = frame[(EthernetHeader + ip.PayloadOffset)..];
        if (ip.Protocol == Icmp6 && IsLinkMessage(payload))
            return PacketClass.Link;
        if (ip.Protocol == Igmp)
            return IsLinkLocalMulticast(ip.Destination) ? PacketClass.Link : PacketClass.Clear;
        // A packet of the networks behind is clear even if it looks like ESP.
        if (!gateways.Contains(ip.Source) || !gateways.Contains(ip.Destination))
            return PacketClass.Clear;
        if (ip.FragmentId is not { } id)
            return ClassifyPayload(ip.Protocol, payload);
        if (ip.FirstFragment)
            return _fragmented[(ip.Source, ip.Destination, id)] = ClassifyPayload(ip.Protocol, payload);
        return _fragmented.GetValueOrDefault((ip.Source, ip.Destination, id), PacketClass.Clear);
    }

    /// <summary>Whether a frame that carries IKE is of the exchange IKE_SA_INIT.</summary>
    public static bool IsInit(ReadOnlySpan<byte> frame)
    {
        if (!IpHeader.TryParse(frame[EthernetHeader..], out IpHeader ip))
            return false;
        ReadOnlySpan<byte> data = frame[(EthernetHeader + ip.PayloadOffset)..];
        if (data.Length < UdpHeader + NonEspMarker)
            return false;
        bool hasMarker = BinaryPrimitives.ReadUInt16BigEndian(data) != IkePort && BinaryPrimitives.ReadUInt16BigEndian(data[2..]) != IkePort;
        data = data[(UdpHeader + (hasMarker ? NonEspMarker : 0))..];
        return data.Length > ExchangeOffset && data[ExchangeOffset] == IkeSaInit;
    }

    private PacketClass ClassifyPayload(int protocol, ReadOnlySpan<byte> payload) => protocol switch
    {
        EspProtocol => PacketClass.Esp,
        Icmp => ClassifyIcmp(payload, DestinationUnreachable),
        Icmp6 => ClassifyIcmp(payload, DestinationUnreachable6),
        Udp when payload.Length >= UdpHeader => ClassifyUdp(payload),
        Tcp when payload.Length >= TcpPorts => ClassifyTcp(payload),
        _ => PacketClass.Clear,
    };

    // Destination unreachable (RFC 792, RFC 4443 3.1): 8 octets, then the head of the packet that it is about, which has to be a protected one.
    private PacketClass ClassifyIcmp(ReadOnlySpan<byte> icmp, byte unreachable)
    {
        if (icmp.Length < IcmpHeader || icmp[0] != unreachable || !IpHeader.TryParse(icmp[IcmpHeader..], out IpHeader about)
            || about.Protocol is Icmp or Icmp6 || !gateways.Contains(about.Source) || !gateways.Contains(about.Destination))
        {
            return PacketClass.Clear;
        }

        return ClassifyPayload(about.Protocol, icmp[(IcmpHeader + about.PayloadOffset)..]) == PacketClass.Clear
            ? PacketClass.Clear
            : PacketClass.Undelivered;
    }

    // What is inside cannot be told from one segment.
    private static PacketClass ClassifyTcp(ReadOnlySpan<byte> tcp) =>
        BinaryPrimitives.ReadUInt16BigEndian(tcp) == NatTraversalPort || BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]) == NatTraversalPort
            ? PacketClass.InTcp
            : PacketClass.Clear;

    private static PacketClass ClassifyUdp(ReadOnlySpan<byte> udp)
    {
        int source = BinaryPrimitives.ReadUInt16BigEndian(udp);
        int destination = BinaryPrimitives.ReadUInt16BigEndian(udp[2..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]) - UdpHeader;
        ReadOnlySpan<byte> data = udp[UdpHeader..];
        if (source == IkePort || destination == IkePort)
            return PacketClass.Ike;
        if (source != NatTraversalPort && destination != NatTraversalPort)
            return PacketClass.Clear;
        if (length == 1 && data is [0xff, ..])
            return PacketClass.NatKeepalive;
        if (data.Length < 4)
            return PacketClass.Clear;
        return data[..4].IndexOfAnyExcept((byte)0) < 0 ? PacketClass.Ike : PacketClass.EspInUdp;
    }

    // Membership reports to routers (RFC 3376 4.2.14, RFC 5771 4).
    private static bool IsLinkLocalMulticast(IPAddress address) => address.GetAddressBytes() is [224, 0, 0, _];

    // Router and neighbour discovery (RFC 4861 4), multicast listener messages (RFC 2710 3, RFC 3810 5).
    private static bool IsLinkMessage(ReadOnlySpan<byte> icmp) => icmp is [(>= 130 and <= 137) or 143, ..];
}
