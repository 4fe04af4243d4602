using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>Writes netlink messages one after the other into a buffer of its own that grows.</summary>
/// <remarks>
/// Control path only. A message, and each nested attribute, is open from its Begin to the matching End. Pinned, so that
/// <see cref="Erase"/> leaves no key behind.
/// </remarks>
internal sealed class NetlinkWriter
{
    private byte[] _buffer = GC.AllocateArray<byte>(4096, pinned: true);
    private int _length;
    private int _message;
    private int _body;
    private int _padding;

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
        _padding = NetlinkFormat.Align(body.Length) - body.Length;
        _body = _length;
    }

    /// <summary>Closes the message. Its length leaves out the padding behind a body without attributes, as NLMSG_LENGTH does.</summary>
    public void EndMessage() =>
        MemoryMarshal.Write(_buffer.AsSpan(_message), (uint)(_length - _message - (_length == _body ? _padding : 0)));

    /// <summary>Writes an attribute's header and gives its value, which is zero, to be filled before anything else is written.</summary>
    public Span<byte> Reserve(ushort type, int length) => Attribute(type, length);

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

    /// <summary>Zeroes what was written, which may hold keys.</summary>
    public void Erase() => CryptographicOperations.ZeroMemory(_buffer);

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
        {
            byte[] outgrown = _buffer;
            _buffer = GC.AllocateArray<byte>(Math.Max(outgrown.Length * 2, _length + aligned), pinned: true);
            outgrown.AsSpan(0, _length).CopyTo(_buffer);
            CryptographicOperations.ZeroMemory(outgrown);
        }
        Span<byte> grown = _buffer.AsSpan(_length, aligned);
        _length += aligned;
        return grown;
    }
}
