using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>A rule of IPv4: what it asks of a packet, in order, and what it does with one that fits (linux/netfilter/nf_tables.h).</summary>
internal sealed class NftRule
{
    private const int SourceOffset = 12;
    private const int DestinationOffset = 16;
    private const int AddressLength = 4;
    private const int PortLength = 2;
    private const int InterfaceNameLength = 16;
    private const int InputInterfaceKey = 6;
    private const int OutputInterfaceKey = 7;
    private const int ProtocolKey = 16;
    private const byte Udp = 17;

    private readonly List<Action<NetlinkWriter>> _expressions = [];

    public NftRule InputInterface(string name, bool isNot = false) => Interface(InputInterfaceKey, name, isNot);

    public NftRule OutputInterface(string name, bool isNot = false) => Interface(OutputInterfaceKey, name, isNot);

    public NftRule From(IPNetwork network) => Address(SourceOffset, network);

    public NftRule To(IPNetwork network) => Address(DestinationOffset, network);

    public NftRule FromUdpPort(ushort port) => UdpPort(0, port);

    public NftRule ToUdpPort(ushort port) => UdpPort(PortLength, port);

    /// <summary>Counts the packets that come this far.</summary>
    public NftRule Count() => Add(NftExpression.Counter);

    public NftRule Accept() => Add(writer => NftExpression.Verdict(writer, NftVerdict.Accept));

    public NftRule Drop() => Add(writer => NftExpression.Verdict(writer, NftVerdict.Drop));

    public NftRule Jump(string chain) => Add(writer => NftExpression.Verdict(writer, NftVerdict.Jump, chain));

    /// <summary>Translates the source address into itself: whoever comes later at this hook finds it translated, and leaves it.</summary>
    public NftRule KeepSource() =>
        Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, SourceOffset, AddressLength)).Add(NftExpression.SourceNat);

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
        Add(writer => NftExpression.Payload(writer, NftExpression.NetworkHeader, offset, AddressLength));
        if (network.PrefixLength < AddressLength * 8)
        {
            byte[] mask = new byte[AddressLength];
            BinaryPrimitives.WriteUInt32BigEndian(mask, uint.MaxValue << (AddressLength * 8 - network.PrefixLength));
            Add(writer => NftExpression.Bitwise(writer, mask));
        }
        return Add(writer => NftExpression.Compare(writer, network.BaseAddress.GetAddressBytes()));
    }

    private NftRule UdpPort(uint offset, ushort port)
    {
        byte[] wire = new byte[PortLength];
        BinaryPrimitives.WriteUInt16BigEndian(wire, port);
        return Add(writer => NftExpression.Meta(writer, ProtocolKey))
            .Add(writer => NftExpression.Compare(writer, [Udp]))
            .Add(writer => NftExpression.Payload(writer, NftExpression.TransportHeader, offset, PortLength))
            .Add(writer => NftExpression.Compare(writer, wire));
    }

    private NftRule Add(Action<NetlinkWriter> expression)
    {
        _expressions.Add(expression);
        return this;
    }
}
