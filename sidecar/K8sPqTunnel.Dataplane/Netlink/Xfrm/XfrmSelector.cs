using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Which packets a policy or state is for (struct xfrm_selector). Both networks are of one family.</summary>
/// <param name="Protocol">IP protocol; 0 is any.</param>
internal sealed record XfrmSelector(
    IPNetwork Source, IPNetwork Destination, byte Protocol = 0, XfrmPort SourcePort = default, XfrmPort DestinationPort = default)
{
    /// <summary>daddr 16, saddr 16, dport 2 + mask 2, sport 2 + mask 2, family 2, prefix lengths 1 + 1, proto 1 and 3 of padding, ifindex 4, user 4.</summary>
    public const int Length = 56;

    /// <summary>The same packets seen the other way round.</summary>
    public XfrmSelector Reverse => new(Destination, Source, Protocol, DestinationPort, SourcePort);

    /// <summary>Every packet of the other is one of these.</summary>
    public bool Covers(XfrmSelector other) =>
        Covers(Source, other.Source) && Covers(Destination, other.Destination) && (Protocol == 0 || Protocol == other.Protocol)
        && SourcePort.Covers(other.SourcePort) && DestinationPort.Covers(other.DestinationPort);

    /// <param name="target">Zeroed before.</param>
    public void Write(Span<byte> target)
    {
        XfrmAddress.Write(target, Destination.BaseAddress);
        XfrmAddress.Write(target[16..], Source.BaseAddress);
        BinaryPrimitives.WriteUInt16BigEndian(target[32..], DestinationPort.Value);
        BinaryPrimitives.WriteUInt16BigEndian(target[34..], DestinationPort.Mask);
        BinaryPrimitives.WriteUInt16BigEndian(target[36..], SourcePort.Value);
        BinaryPrimitives.WriteUInt16BigEndian(target[38..], SourcePort.Mask);
        MemoryMarshal.Write(target[40..], (ushort)IpFamily.Of(Source.BaseAddress).Number);
        target[42] = (byte)Destination.PrefixLength;
        target[43] = (byte)Source.PrefixLength;
        target[44] = Protocol;
    }

    /// <summary>Null where it names no family, or one that is not IP: then it covers all.</summary>
    public static XfrmSelector? Read(ReadOnlySpan<byte> source)
    {
        if (IpFamily.Find(MemoryMarshal.Read<ushort>(source[40..])) is not { } family
            || source[42] > family.AddressBits || source[43] > family.AddressBits)
        {
            return null;
        }
        return new XfrmSelector(
            NetworkAt(source[16..], family, source[43]), NetworkAt(source, family, source[42]), source[44],
            PortAt(source[36..]), PortAt(source[32..]));
    }

    public override string ToString() => $"{Source} to {Destination}{(Protocol == 0 ? "" : $" protocol {Protocol}")}";

    private static bool Covers(IPNetwork outer, IPNetwork inner) => inner.PrefixLength >= outer.PrefixLength && outer.Contains(inner.BaseAddress);

    private static XfrmPort PortAt(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(source), BinaryPrimitives.ReadUInt16BigEndian(source[2..]));

    /// <summary>Others may have written addresses with bits behind the prefix, which an <see cref="IPNetwork"/> refuses.</summary>
    private static IPNetwork NetworkAt(ReadOnlySpan<byte> source, IpFamily family, int prefixLength)
    {
        Span<byte> octets = stackalloc byte[XfrmAddress.Length];
        source[..family.AddressLength].CopyTo(octets);
        for (int bit = prefixLength; bit < family.AddressBits; bit++)
            octets[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(octets[..family.AddressLength]), prefixLength);
    }
}
