using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>A network card that is to do the state's cryptography (struct xfrm_user_offload).</summary>
/// <param name="LinkIndex">Its interface.</param>
internal readonly record struct XfrmOffload(int LinkIndex, XfrmOffloadFlags Flags)
{
    private const int Length = 8;

    public void Write(NetlinkWriter writer)
    {
        Span<byte> value = writer.Reserve(XfrmAttribute.Offload, Length);
        MemoryMarshal.Write(value, LinkIndex);
        value[4] = (byte)Flags;
    }

    public static XfrmOffload? Read(ReadOnlySpan<byte> value) =>
        value.Length < Length ? null : new XfrmOffload(MemoryMarshal.Read<int>(value), (XfrmOffloadFlags)value[4]);
}
