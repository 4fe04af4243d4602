using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Reads what the kernel tells by itself.</summary>
internal static class XfrmEventFormat
{
    /// <summary>
    /// struct xfrm_user_acquire: id 24, saddr 16, selector 56, policy 168, masks of algorithms 12, seq 4; then the template, with the reqid.
    /// </summary>
    private const int AcquireLength = 280;
    private const int AcquireSelectorOffset = 40;

    /// <summary>struct xfrm_user_expire: a state 224, hard 1, padding 7.</summary>
    private const int ExpireLength = 232;

    /// <summary>
    /// struct xfrm_user_mapping: id (daddr 16, spi 4, family 2, proto 1, padding 1) 24, reqid 4, old and new source 16 + 16, old and new port 2 + 2.
    /// </summary>
    private const int MappingLength = 64;

    /// <summary>Null for what is none of these.</summary>
    public static XfrmEvent? Read(in NetlinkMessage message) => message.Type switch
    {
        XfrmMessage.Acquire when message.Body.Length >= AcquireLength => ReadAcquire(message),
        XfrmMessage.Expire when message.Body.Length >= ExpireLength => ReadExpire(message),
        XfrmMessage.Mapping when message.Body.Length >= MappingLength => ReadMapping(message.Body),
        _ => null,
    };

    private static XfrmEvent.Acquire? ReadAcquire(in NetlinkMessage message)
    {
        NetlinkAttributes attributes = message.Attributes(AcquireLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (attribute.Type == XfrmAttribute.Template && XfrmTemplate.Read(attribute.Value) is { } template)
                return new XfrmEvent.Acquire(template.Reqid, XfrmSelector.Read(message.Body[AcquireSelectorOffset..]));
        }
        return null;
    }

    private static XfrmEvent.Expire? ReadExpire(in NetlinkMessage message) =>
        XfrmStateFormat.TryRead(message, 0, out XfrmState? state)
            ? new XfrmEvent.Expire(
                XfrmStateFormat.ReadAttributes(state, message.Attributes(ExpireLength)), message.Body[XfrmStateFormat.Length] != 0)
            : null;

    private static XfrmEvent.Mapping? ReadMapping(ReadOnlySpan<byte> body)
    {
        if (IpFamily.Find(MemoryMarshal.Read<ushort>(body[20..])) is not { } family)
            return null;
        return new XfrmEvent.Mapping(
            MemoryMarshal.Read<uint>(body[24..]), BinaryPrimitives.ReadUInt32BigEndian(body[16..]),
            new IPEndPoint(XfrmAddress.Read(body[28..], family), BinaryPrimitives.ReadUInt16BigEndian(body[60..])),
            new IPEndPoint(XfrmAddress.Read(body[44..], family), BinaryPrimitives.ReadUInt16BigEndian(body[62..])));
    }
}
