using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>Writes netlink messages one after the other into a buffer of its own that grows.</summary>
/// <remarks>Control path only. A message, and each nested attribute, is open from its Begin to the matching End.</remarks>
internal sealed class NetlinkWriter
{
    private byte[] _buffer = new byte[4096];
    private int _length;
    private int _message;

    /// <summary>All finished messages.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Opens a message with a fixed part of <paramref name="body"/>.</summary>
    /// <param name="type">nlmsg_type.</param>
    /// <param name="sequence">Comes back in the answer.</param>
    /// <param name="body">The struct behind the header, for example struct rtmsg.</param>
    public void BeginMessage(ushort type, NetlinkFlags flags, uint sequence, ReadOnlySpan<byte> body)
    {
        _message = _length;
        Span<byte> header = Grow(NetlinkFormat.HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)(flags | NetlinkFlags.Request));
        MemoryMarshal.Write(header[8..], sequence);
        body.CopyTo(Grow(body.Length));
    }

    public void EndMessage() => MemoryMarshal.Write(_buffer.AsSpan(_message), (uint)(_length - _message));

    public void Octets(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    public void Byte(ushort type, byte value) => Attribute(type, sizeof(byte))[0] = value;

    /// <summary>A number in host byte order.</summary>
    public void Number(ushort type, uint value) => MemoryMarshal.Write(Attribute(type, sizeof(uint)), value);

    /// <summary>A number in network byte order, as nf_tables wants all of them.</summary>
    public void BigEndian(ushort type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Attribute(type, sizeof(uint)), value);

    /// <summary>A string with its terminating zero.</summary>
    public void Text(ushort type, string value) => Encoding.UTF8.GetBytes(value, Attribute(type, Encoding.UTF8.GetByteCount(value) + 1));

    public void Address(ushort type, IPAddress address) => Octets(type, address.GetAddressBytes());

    /// <summary>Opens an attribute that holds attributes; give the result to <see cref="EndNested"/>.</summary>
    public int BeginNested(ushort type)
    {
        int start = _length;
        Attribute((ushort)(type | NetlinkFormat.NestedFlag), 0);
        return start;
    }

    public void EndNested(int start) => MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)(_length - start));

    /// <summary>Writes an attribute's header and gives its value to be filled, which is zero.</summary>
    private Span<byte> Attribute(ushort type, int length)
    {
        Span<byte> attribute = Grow(NetlinkFormat.AttributeHeaderLength + length);
        MemoryMarshal.Write(attribute, (ushort)(NetlinkFormat.AttributeHeaderLength + length));
        MemoryMarshal.Write(attribute[2..], type);
        return attribute.Slice(NetlinkFormat.AttributeHeaderLength, length);
    }

    private Span<byte> Grow(int length)
    {
        int aligned = NetlinkFormat.Align(length);
        if (_length + aligned > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + aligned));
        Span<byte> grown = _buffer.AsSpan(_length, aligned);
        _length += aligned;
        return grown;
    }
}
