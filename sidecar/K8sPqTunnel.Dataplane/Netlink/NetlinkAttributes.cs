using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>Walks netlink attributes.</summary>
/// <remarks>Never throws; a malformed attribute ends the walk.</remarks>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;

    public bool TryRead(out NetlinkAttribute attribute)
    {
        attribute = default;
        if (_rest.Length < NetlinkFormat.AttributeHeaderLength)
            return false;
        ushort length = MemoryMarshal.Read<ushort>(_rest);
        if (length < NetlinkFormat.AttributeHeaderLength || length > _rest.Length)
            return false;

        attribute = new NetlinkAttribute(
            (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & NetlinkFormat.TypeMask),
            _rest[NetlinkFormat.AttributeHeaderLength..length]);
        _rest = _rest[Math.Min(NetlinkFormat.Align(length), _rest.Length)..];
        return true;
    }
}
