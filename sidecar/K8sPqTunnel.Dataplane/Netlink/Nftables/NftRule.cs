using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>A rule of one family: what it asks of a packet, in order, and what it does with one that fits (linux/netfilter/nf_tables.h).</summary>
internal sealed class NftRule(IpFamily family)
{
    private const int PortLength = 2;
    private const int InterfaceNameLength = 16;
    private const int MarkKey = 3;
    private const int InputInterfaceKey = 6;
    private const int OutputInterfaceKey = 7;
    private const int ProtocolKey = 16;
    private const int SecurityPathKey = 25;
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const uint TcpFlagsOffset = 13;
    private const byte TcpSyn = 0x02;
    private const byte TcpAck = 0x10;
    private const byte IcmpV6Protocol = 58;
    private const uint LocalKind = 2;                                   // RTN_LOCAL

    private const uint IcmpChecksumOffset = 2;

    private readonly List<Action<NetlinkWriter>> _expressions = [];

    private uint TimeToLiveOffset => family == IpFamily.V4 ? 8u : 7u;

    private uint? HeaderChecksumOffset => family == IpFamily.V4 ? 10u : null;

    public NftRule InputInterface(string name, bool isNot = false) => Interface(InputInterfaceKey, name, isNot);

    public NftRule OutputInterface(string name, bool isNot = false) => Interface(OutputInterfaceKey, name, isNot);

    /// <summary>Only packets with a mark; all where it is null.</summary>
    public NftRule Marked(PacketMark? mark)
    {
        if (mark is not { } wanted)
            return this;
        // The register has the mark in the host's byte order.
        return Add(writer => NftExpression.Meta(writer, MarkKey))
            .Add(writer => NftExpression.Bitwise(writer, BitConverter.GetBytes(wanted.Mask)))
            .Add(writer => NftExpression.Compare(writer, BitConverter.GetBytes(wanted.Value)));
    }

    /// <summary>Gives the packet a mark; its other bits stay.</summary>
    public NftRule SetMark(PacketMark mark) =>
        Add(writer => NftExpression.Meta(writer, MarkKey))
            .Add(writer => NftExpression.Bitwise(writer, BitConverter.GetBytes(~mark.Mask), BitConverter.GetBytes(mark.Value)))
            .Add(writer => NftExpression.SetMeta(writer, MarkKey));

    public NftRule From(IPNetwork network) => Address(family.SourceOffset, network);

    public NftRule To(IPNetwork network) => Address(family.DestinationOffset, network);

    public NftRule FromUdpPort(ushort port) => Port(Udp, 0, port);

    public NftRule ToUdpPort(ushort port) => Port(Udp, PortLength, port);

    public NftRule FromTcpPort(ushort port) => Port(Tcp, 0, port);

    public NftRule ToTcpPort(ushort port) => Port(Tcp, PortLength, port);

    /// <summary>Only what does not open a connection; after a TCP port.</summary>
    public NftRule WithinConnection() =>
        Add(writer => NftExpression.Payload(writer, NftExpression.TransportHeader, TcpFlagsOffset, 1))
            .Add(writer => NftExpression.Bitwise(writer, [TcpSyn | TcpAck]))
            .Add(writer => NftExpression.Compare(writer, [TcpSyn], isNot: true));

    /// <param name="type">ICMPv6 type (RFC 4443 2.1).</param>
    public NftRule IcmpV6(byte type) =>
        OfProtocol(IcmpV6Protocol)
            .Add(writer => NftExpression.Payload(writer, NftExpression.TransportHeader, 0, 1))
            .Add(writer => NftExpression.Compare(writer, [type]));

    /// <summary>Only what came out of an SA.</summary>
    public NftRule OutOfEsp() => Add(writer => NftExpression.Meta(writer, SecurityPathKey)).Add(writer => NftExpression.Compare(writer, [1]));

    /// <param name="protocol">ICMP or ICMPv6.</param>
    /// <param name="type">With code 0.</param>
    public NftRule Icmp(byte protocol, byte type) =>
        OfProtocol(protocol)
            .Add(writer => NftExpression.Payload(writer, NftExpression.TransportHeader, 0, 2))
            .Add(writer => NftExpression.Compare(writer, [type, 0]));

    /// <summary>Gives an ICMP packet another type, with code 0.</summary>
    public NftRule SetIcmp(byte type) =>
        Add(writer => NftExpression.Constant(writer, [type, 0]))
            .Add(writer => NftExpression.Store(writer, NftExpression.TransportHeader, 0, 2, IcmpChecksumOffset));

    /// <summary>Has source and destination change places, which leaves every sum over both as it is.</summary>
    public NftRule SwapAddresses()
    {
        uint length = (uint)family.AddressLength;
        return Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, family.SourceOffset, length))
            .Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, family.DestinationOffset, length, NftExpression.SecondRegister))
            .Add(writer => NftExpression.Store(writer, NftExpression.NetworkHeader, family.DestinationOffset, length, HeaderChecksumOffset))
            .Add(writer => NftExpression.Store(writer, NftExpression.NetworkHeader, family.SourceOffset, length, HeaderChecksumOffset, NftExpression.SecondRegister));
    }

    /// <summary>Only a time to live (IPv6: hop limit) of which these bits are so, or are not.</summary>
    public NftRule TimeToLive(byte mask, byte value, bool isNot) =>
        Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, TimeToLiveOffset, 1))
            .Add(writer => NftExpression.Bitwise(writer, [mask]))
            .Add(writer => NftExpression.Compare(writer, [value], isNot));

    /// <summary>Gives the packet another time to live.</summary>
    /// <param name="protocol">The packet's, which stands beside it in IPv4: the kernel sums up whole words.</param>
    public NftRule SetTimeToLive(byte left, byte protocol)
    {
        byte[] octets = family == IpFamily.V4 ? [left, protocol] : [left];
        return Add(writer => NftExpression.Constant(writer, octets))
            .Add(writer => NftExpression.Store(writer, NftExpression.NetworkHeader, TimeToLiveOffset, (uint)octets.Length, HeaderChecksumOffset));
    }

    public NftRule OfProtocol(byte protocol) =>
        Add(writer => NftExpression.Meta(writer, ProtocolKey)).Add(writer => NftExpression.Compare(writer, [protocol]));

    /// <summary>In what opens a TCP connection, from either end: counts and lowers a maximum segment size that is larger.</summary>
    /// <param name="mss">In octets.</param>
    public NftRule ClampSegments(ushort mss)
    {
        byte[] wire = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(wire, mss);
        return Add(writer => NftExpression.Meta(writer, ProtocolKey))
            .Add(writer => NftExpression.Compare(writer, [Tcp]))
            .Add(writer => NftExpression.Payload(writer, NftExpression.TransportHeader, TcpFlagsOffset, 1))
            .Add(writer => NftExpression.Bitwise(writer, [TcpSyn]))
            .Add(writer => NftExpression.Compare(writer, [TcpSyn]))
            .Add(NftExpression.LoadSegmentSize)
            .Add(writer => NftExpression.CompareGreater(writer, wire))
            .Count()
            .Add(writer => NftExpression.Constant(writer, wire))
            .Add(NftExpression.StoreSegmentSize);
    }

    /// <summary>Counts the packets that come this far.</summary>
    public NftRule Count() => Add(NftExpression.Counter);

    public NftRule Accept() => Add(writer => NftExpression.Verdict(writer, NftVerdict.Accept));

    public NftRule Drop() => Add(writer => NftExpression.Verdict(writer, NftVerdict.Drop));

    public NftRule Jump(string chain) => Add(writer => NftExpression.Verdict(writer, NftVerdict.Jump, chain));

    /// <summary>Goes on in the chain, and does not come back.</summary>
    public NftRule Goto(string chain) => Add(writer => NftExpression.Verdict(writer, NftVerdict.Goto, chain));

    /// <summary>Only what is not for this host itself; before the route is looked for.</summary>
    public NftRule ToOthers() => Add(NftExpression.DestinationKind).Add(writer => NftExpression.Compare(writer, BitConverter.GetBytes(LocalKind), isNot: true));

    /// <summary>Only what has no route; before the route is looked for. Rules by ports and by the interface that it came through are not asked.</summary>
    public NftRule WithoutRoute() => Add(NftExpression.HasRoute).Add(writer => NftExpression.Compare(writer, [0]));

    /// <summary>Translates the source address into itself: whoever comes later at this hook finds it translated, and leaves it.</summary>
    public NftRule KeepSource() =>
        Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, family.SourceOffset, (uint)family.AddressLength))
            .Add(writer => NftExpression.SourceNat(writer, family));

    /// <summary>Gives the source address the prefix of another network. Where that has fewer addresses, several share one.</summary>
    public NftRule MapSource(IPNetwork to) => Map(family.SourceOffset, to).Add(writer => NftExpression.SourceNat(writer, family));

    /// <summary>Gives the destination address the prefix of another network.</summary>
    public NftRule MapDestination(IPNetwork to) => Map(family.DestinationOffset, to).Add(writer => NftExpression.DestinationNat(writer, family));

    public void Write(NetlinkWriter writer)
    {
        foreach (Action<NetlinkWriter> expression in _expressions)
            expression(writer);
    }

    private NftRule Interface(uint key, string name, bool isNot)
    {
        byte[] padded = new byte[InterfaceNameLength];
        Encoding.UTF8.GetBytes(name, padded);
        return Add(writer => NftExpression.Meta(writer, key)).Add(writer => NftExpression.Compare(writer, padded, isNot));
    }

    private NftRule Address(uint offset, IPNetwork network)
    {
        if (network.PrefixLength == 0)
            return this;
        Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, offset, (uint)family.AddressLength));
        if (network.PrefixLength < family.AddressBits)
        {
            byte[] mask = Mask(network.PrefixLength);
            Add(writer => NftExpression.Bitwise(writer, mask));
        }
        return Add(writer => NftExpression.Compare(writer, network.BaseAddress.GetAddressBytes()));
    }

    /// <summary>Loads an address and replaces its prefix: (address and not mask) xor prefix. Kernels before 5.8 know no other way to say it.</summary>
    private NftRule Map(uint offset, IPNetwork to)
    {
        byte[] hostPart = [.. Mask(to.PrefixLength).Select(octet => (byte)~octet)];
        byte[] prefix = to.BaseAddress.GetAddressBytes();
        return Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, offset, (uint)family.AddressLength))
            .Add(writer => NftExpression.Bitwise(writer, hostPart, prefix));
    }

    private byte[] Mask(int prefixLength)
    {
        byte[] mask = new byte[family.AddressLength];
        for (int bit = 0; bit < prefixLength; bit++)
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return mask;
    }

    private NftRule Port(byte protocol, uint offset, ushort port)
    {
        byte[] wire = new byte[PortLength];
        BinaryPrimitives.WriteUInt16BigEndian(wire, port);
        return OfProtocol(protocol)
            .Add(writer => NftExpression.Payload(writer, NftExpression.TransportHeader, offset, PortLength))
            .Add(writer => NftExpression.Compare(writer, wire));
    }

    private NftRule Add(Action<NetlinkWriter> expression)
    {
        _expressions.Add(expression);
        return this;
    }
}
