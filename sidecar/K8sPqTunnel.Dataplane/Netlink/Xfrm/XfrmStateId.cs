using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>What tells an ESP state from all others (struct xfrm_usersa_id).</summary>
/// <param name="Destination">Outer address that its packets go to.</param>
/// <param name="Source">Outer address that they come from; not part of what tells it, but asked for by some kernels.</param>
/// <param name="Mark">The state's, if it has one: it is part of what tells it.</param>
internal sealed record XfrmStateId(IPAddress Source, IPAddress Destination, uint Spi, XfrmMark? Mark = null)
{
    /// <summary>daddr 16, spi 4, family 2, proto 1, padding 1.</summary>
    public const int Length = 24;

    public void Write(Span<byte> target)
    {
        target.Clear();
        XfrmAddress.Write(target, Destination);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], Spi);
        MemoryMarshal.Write(target[20..], (ushort)IpFamily.Of(Destination).Number);
        target[22] = EspFormat.Protocol;
    }

    public void WriteAttributes(NetlinkWriter writer)
    {
        Mark?.Write(writer);
        XfrmAddress.Write(writer.Reserve(XfrmAttribute.SourceAddress, XfrmAddress.Length), Source);
    }

    public override string ToString() => $"ESP state {Spi:x8} from {Source} to {Destination}";
}
