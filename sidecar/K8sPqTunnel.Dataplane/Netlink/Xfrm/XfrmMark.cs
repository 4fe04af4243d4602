using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Packets whose mark agrees with <paramref name="Value"/> in the bits of <paramref name="Mask"/> (struct xfrm_mark).</summary>
internal readonly record struct XfrmMark(uint Value, uint Mask)
{
    private const int Length = 8;

    public void Write(NetlinkWriter writer)
    {
        Span<byte> value = writer.Reserve(XfrmAttribute.Mark, Length);
        MemoryMarshal.Write(value, Value);
        MemoryMarshal.Write(value[4..], Mask);
    }

    public static XfrmMark? Read(ReadOnlySpan<byte> value) => value.Length < Length
        ? null
        : new XfrmMark(MemoryMarshal.Read<uint>(value), MemoryMarshal.Read<uint>(value[4..]));
}
