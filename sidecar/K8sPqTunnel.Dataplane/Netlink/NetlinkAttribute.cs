using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>A received attribute. A value of another size than asked for reads as 0, null or empty.</summary>
internal readonly ref struct NetlinkAttribute(ushort type, ReadOnlySpan<byte> value)
{
    public ushort Type { get; } = type;

    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>A number of 1 or 4 octets in host byte order.</summary>
    public uint Number => Value.Length switch
    {
        sizeof(uint) => MemoryMarshal.Read<uint>(Value),
        sizeof(byte) => Value[0],
        _ => 0,
    };

    /// <summary>A number of 8 octets in host byte order.</summary>
    public ulong Number64 => Value.Length == sizeof(ulong) ? MemoryMarshal.Read<ulong>(Value) : 0;

    public uint BigEndian => Value.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(Value) : 0;

    public ulong BigEndian64 => Value.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64BigEndian(Value) : 0;

    public string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    public IPAddress? Address => Value.Length is 4 or 16 ? new IPAddress(Value) : null;

    public NetlinkAttributes Nested => new(Value);
}
