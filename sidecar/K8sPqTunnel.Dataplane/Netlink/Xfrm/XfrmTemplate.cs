using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Which ESP states in tunnel mode a policy's packets go through (struct xfrm_user_tmpl).</summary>
/// <param name="Source">Outer address.</param>
/// <param name="Destination">Outer address.</param>
/// <param name="Reqid">That of the states.</param>
/// <param name="Spi">Exactly this one; 0 for any.</param>
internal sealed record XfrmTemplate(IPAddress Source, IPAddress Destination, uint Reqid, uint Spi = 0)
{
    /// <summary>id (daddr 16, spi 4, proto 1, padding 3) 24, family 2 and 2 of padding, saddr 16, reqid 4, mode 1, share 1, optional 1 and 1 of padding, three masks of algorithms 4.</summary>
    private const int Length = 64;
    private const int SpiOffset = 16;
    private const int ProtocolOffset = 20;
    private const int FamilyOffset = 24;
    private const int SourceOffset = 28;
    private const int ReqidOffset = 44;
    private const int ModeOffset = 48;
    private const int AlgorithmsOffset = 52;
    private const byte TunnelMode = 1;

    public void Write(NetlinkWriter writer)
    {
        Span<byte> value = writer.Reserve(XfrmAttribute.Template, Length);
        XfrmAddress.Write(value, Destination);
        BinaryPrimitives.WriteUInt32BigEndian(value[SpiOffset..], Spi);
        value[ProtocolOffset] = EspFormat.Protocol;
        MemoryMarshal.Write(value[FamilyOffset..], (ushort)IpFamily.Of(Destination).Number);
        XfrmAddress.Write(value[SourceOffset..], Source);
        MemoryMarshal.Write(value[ReqidOffset..], Reqid);
        value[ModeOffset] = TunnelMode;
        value[AlgorithmsOffset..].Fill(0xff);                           // Any algorithm: the state has its own.
    }

    /// <summary>The first of the attribute's templates; null where it is none of ours to understand.</summary>
    public static XfrmTemplate? Read(ReadOnlySpan<byte> value)
    {
        if (value.Length < Length || IpFamily.Find(MemoryMarshal.Read<ushort>(value[FamilyOffset..])) is not { } family)
            return null;
        return new XfrmTemplate(
            XfrmAddress.Read(value[SourceOffset..], family), XfrmAddress.Read(value, family),
            MemoryMarshal.Read<uint>(value[ReqidOffset..]), BinaryPrimitives.ReadUInt32BigEndian(value[SpiOffset..]));
    }
}
