using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Lab.Networks;

/// <summary>
/// A peer's health checks as Cloudflare's type "reply" makes them: ICMP echo replies that claim to come from the other end's address and are
/// for one of this host, so that whoever routes them sends them back. From the network namespace of the calling thread.
/// </summary>
public static class EchoReplies
{
    private const int SocketLevel = 1;
    private const int MarkOption = 36;                                  // SO_MARK
    private const int Ipv4Level = 0;
    private const int Ipv4Transparent = 19;                             // IP_TRANSPARENT: any source address
    private const int Ipv6Level = 41;
    private const int Ipv6Transparent = 75;                             // IPV6_TRANSPARENT
    private const int LongestPacket = 2048;
    private const ushort Identifier = 0xcf01;

    /// <summary>Sends some, each when the one before has come back, until one does not.</summary>
    /// <param name="from">The other end's address.</param>
    /// <param name="to">An address of this host; of another one nothing is received.</param>
    /// <param name="mark">By which the routes lead them out, although they are for this host.</param>
    /// <param name="patience">How long to wait for each.</param>
    /// <returns>How many came back.</returns>
    public static int Exchange(IPAddress from, IPAddress to, int mark, int count, TimeSpan patience)
    {
        bool isIpv6 = from.AddressFamily == AddressFamily.InterNetworkV6;
        using Socket receiver = Open(isIpv6);
        using Socket sender = Open(isIpv6);
        receiver.Bind(new IPEndPoint(to, 0));
        receiver.ReceiveTimeout = (int)patience.TotalMilliseconds;
        sender.SetRawSocketOption(SocketLevel, MarkOption, BitConverter.GetBytes(mark));
        sender.Bind(new IPEndPoint(from, 0));
        for (ushort number = 1; number <= count; number++)
        {
            byte[] reply = Reply(isIpv6, number);
            sender.SendTo(reply, new IPEndPoint(to, 0));
            if (!ComesBack(receiver, from, reply.AsSpan(4)))
                return number - 1;
        }
        return count;
    }

    private static Socket Open(bool isIpv6)
    {
        var socket = isIpv6
            ? new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6)
            : new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        socket.SetRawSocketOption(isIpv6 ? Ipv6Level : Ipv4Level, isIpv6 ? Ipv6Transparent : Ipv4Transparent, BitConverter.GetBytes(1));
        return socket;
    }

    private static byte[] Reply(bool isIpv6, ushort number)
    {
        const byte ipv4Reply = 0, ipv6Reply = 129;
        byte[] icmp = new byte[16];
        icmp[0] = isIpv6 ? ipv6Reply : ipv4Reply;
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(4), Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(6), number);
        "K8sPqTun"u8.CopyTo(icmp.AsSpan(8));
        // ICMPv6's the kernel writes itself (RFC 3542 3.1).
        uint sum = 0;
        for (int i = 0; i < icmp.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(icmp.AsSpan(i));
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(2), (ushort)~((sum & ushort.MaxValue) + (sum >> 16)));
        return icmp;
    }

    private static bool ComesBack(Socket receiver, IPAddress from, ReadOnlySpan<byte> behindChecksum)
    {
        byte[] buffer = new byte[LongestPacket];
        long begin = Environment.TickCount64;
        try
        {
            // Others' packets come to the socket too, each of which would begin its time anew.
            while (Environment.TickCount64 - begin < receiver.ReceiveTimeout)
            {
                EndPoint source = new IPEndPoint(from.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
                int length = receiver.ReceiveFrom(buffer, ref source);
                // A raw socket of IPv4 shows the IP header too.
                if (((IPEndPoint)source).Address.Equals(from) && buffer.AsSpan(0, length).EndsWith(behindChecksum))
                    return true;
            }
            return false;
        }
        catch (SocketException timeout) when (timeout.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
    }
}
