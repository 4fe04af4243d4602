using System.Buffers.Binary;
using System.Net;

namespace K8sPqTunnel.Lab.Tests.Capture;

/// <summary>Builds Ethernet frames and capture files by hand.</summary>
internal static class Frames
{
    public static readonly IPAddress Near = IPAddress.Parse("192.0.2.1");
    public static readonly IPAddress Far = IPAddress.Parse("198.51.100.7");
    public static readonly IPAddress Near6 = IPAddress.Parse("2001:db8:1::1");
    public static readonly IPAddress Far6 = IPAddress.Parse("2001:db8:1::7");

    public static byte[] Ethernet(int type, params byte[] payload)
    {
        byte[] frame = new byte[14 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)type);
        payload.CopyTo(frame, 14);
        return frame;
    }

    public static byte[] Ipv4(IPAddress from, IPAddress to, int protocol, byte[] payload, int fragment = 0, int id = 7)
    {
        byte[] packet = new byte[20 + payload.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)id);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)fragment);
        packet[9] = (byte)protocol;
        from.GetAddressBytes().CopyTo(packet, 12);
        to.GetAddressBytes().CopyTo(packet, 16);
        payload.CopyTo(packet, 20);
        return Ethernet(0x0800, packet);
    }

    public static byte[] Ipv6(IPAddress from, IPAddress to, int protocol, byte[] payload)
    {
        byte[] packet = new byte[40 + payload.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)payload.Length);
        packet[6] = (byte)protocol;
        from.GetAddressBytes().CopyTo(packet, 8);
        to.GetAddressBytes().CopyTo(packet, 24);
        payload.CopyTo(packet, 40);
        return Ethernet(0x86dd, packet);
    }

    public static byte[] Udp(int from, int to, params byte[] data)
    {
        byte[] datagram = new byte[8 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)from);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)to);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        data.CopyTo(datagram, 8);
        return datagram;
    }

    /// <summary>An ICMP message that gives back the packet of a frame.</summary>
    public static byte[] Unreachable(byte[] frame) => [3, 3, 0, 0, 0, 0, 0, 0, .. frame[14..]];

    /// <summary>The same over IPv6.</summary>
    public static byte[] Unreachable6(byte[] frame) => [1, 4, 0, 0, 0, 0, 0, 0, .. frame[14..]];

    public static byte[] Icmp6(int type, bool routerAlert)
    {
        byte[] packet = new byte[40 + (routerAlert ? 8 : 0) + 8];
        packet[0] = 0x60;
        packet[6] = routerAlert ? (byte)0 : (byte)58;
        if (routerAlert)
            packet[40] = 58;
        packet[^8] = (byte)type;
        return Ethernet(0x86dd, packet);
    }

    public static MemoryStream Pcap(params byte[][] frames)
    {
        var file = new MemoryStream();
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        file.Write(header);
        Span<byte> record = stackalloc byte[16];
        foreach (byte[] frame in frames)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record, 1_000);
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], 250_000);
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)frame.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (uint)frame.Length);
            file.Write(record);
            file.Write(frame);
        }

        file.Position = 0;
        return file;
    }
}
