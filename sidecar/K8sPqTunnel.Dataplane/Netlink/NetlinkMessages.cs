using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>Walks the messages of a received datagram.</summary>
/// <remarks>Never throws; a malformed message ends the walk.</remarks>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    public bool TryRead(out NetlinkMessage message)
    {
        message = default;
        if (_rest.Length < NetlinkFormat.HeaderLength)
            return false;
        uint length = MemoryMarshal.Read<uint>(_rest);
        if (length < NetlinkFormat.HeaderLength || length > (uint)_rest.Length)
            return false;

        message = new NetlinkMessage(
            MemoryMarshal.Read<ushort>(_rest[4..]),
            (NetlinkFlags)MemoryMarshal.Read<ushort>(_rest[6..]),
            MemoryMarshal.Read<uint>(_rest[8..]),
            _rest[NetlinkFormat.HeaderLength..(int)length]);
        _rest = _rest[Math.Min(NetlinkFormat.Align((int)length), _rest.Length)..];
        return true;
    }
}
