using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>ESP in UDP (struct xfrm_encap_tmpl; RFC 3948). The ports are those of the state's packets: inbound, the peer's is the source.</summary>
internal sealed record XfrmEncapsulation(ushort SourcePort, ushort DestinationPort)
{
    /// <summary>encap_type 2, ports 2 + 2, padding 2, original address 16 (which ESP does not need).</summary>
    private const int Length = 24;

    /// <summary>UDP_ENCAP_ESPINUDP.</summary>
    private const ushort EspInUdp = 2;

    public void Write(NetlinkWriter writer)
    {
        Span<byte> value = writer.Reserve(XfrmAttribute.Encapsulation, Length);
        MemoryMarshal.Write(value, EspInUdp);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], DestinationPort);
    }

    public static XfrmEncapsulation? Read(ReadOnlySpan<byte> value) => value.Length < Length
        ? null
        : new XfrmEncapsulation(BinaryPrimitives.ReadUInt16BigEndian(value[2..]), BinaryPrimitives.ReadUInt16BigEndian(value[4..]));
}
