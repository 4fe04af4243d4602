using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>
/// Answers a peer's health checks at addresses that no host need have, straight back into the tunnel: echo requests to them by replies, and
/// echo replies that claim to come from them by themselves, as a router would that has the way back (both styles of Cloudflare's).
/// </summary>
/// <remarks>Never allocates. From any thread.</remarks>
internal sealed class ProbeResponder
{
    private const int ChecksumOffset = 2;
    private const byte TimeToLive = 64;
    private readonly (UInt128 Number, bool IsIpv6)[] _addresses;
    private readonly Func<ReadOnlyMemory<byte>, bool> _send;
    private long _answered;

    /// <param name="send">Into the tunnel; the packet is the callee's during the call only.</param>
    public ProbeResponder(IReadOnlyList<IPAddress> addresses, Func<ReadOnlyMemory<byte>, bool> send)
    {
        _addresses = [.. addresses.Select(address => (NumberOf(address), IpPacket.IsIpv6(address)))];
        _send = send;
    }

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Answers an echo request to one of the addresses.</summary>
    /// <param name="packet">An inner packet that an SA covers; written over.</param>
    /// <returns>False for everything else.</returns>
    public bool TryAnswer(Memory<byte> packet)
    {
        Span<byte> octets = packet.Span;
        if (!TryReadEcho(octets, out InnerHeader header) || !IsOurs(header.Destination, header.IsIpv6))
            return false;
        Span<byte> icmp = octets[header.HeaderLength..];
        (byte request, byte reply) = header.IsIpv6 ? (IcmpEcho.Ipv6Request, IcmpEcho.Ipv6Reply) : (IcmpEcho.Ipv4Request, IcmpEcho.Ipv4Reply);
        if (icmp[0] != request)
            return false;
        // The sum over both addresses does not change when they change places.
        (int first, int length) = header.IsIpv6 ? (8, 16) : (12, 4);
        Span<byte> source = octets.Slice(first, length), destination = octets.Slice(first + length, length);
        for (int i = 0; i < length; i++)
            (source[i], destination[i]) = (destination[i], source[i]);
        Replace(icmp, ChecksumOffset, (ushort)(request << 8 | icmp[1]), (ushort)(reply << 8 | icmp[1]));
        icmp[0] = reply;
        SetTimeToLive(octets, header.IsIpv6);
        return Send(packet);
    }

    /// <summary>Sends back an echo reply that came in as though one of the addresses had sent it.</summary>
    /// <param name="packet">An authentic inner packet; its time to live is written over.</param>
    public bool TryReturn(Memory<byte> packet) =>
        TryReadEcho(packet.Span, out InnerHeader header) && IsOurs(header.Source, header.IsIpv6)
        && packet.Span[header.HeaderLength] == (header.IsIpv6 ? IcmpEcho.Ipv6Reply : IcmpEcho.Ipv4Reply)
        && TryAge(packet.Span, header.IsIpv6)
        && Send(packet);

    private bool Send(ReadOnlyMemory<byte> packet)
    {
        if (_send(packet))
            Interlocked.Increment(ref _answered);
        return true;
    }

    /// <summary>Whole, and without IPv6 extension headers.</summary>
    private static bool TryReadEcho(ReadOnlySpan<byte> packet, out InnerHeader header)
    {
        const ushort fragment = 0x3fff;
        return InnerHeader.TryParse(packet, out header)
            && header.Protocol == (header.IsIpv6 ? IcmpEcho.Ipv6Protocol : IcmpEcho.Ipv4Protocol)
            && (header.IsIpv6 ? header.HeaderLength == IpPacket.Ipv6HeaderLength : (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & fragment) == 0)
            && header.TotalLength >= header.HeaderLength + 8;
    }

    private bool IsOurs(UInt128 address, bool isIpv6)
    {
        foreach ((UInt128 number, bool ofIpv6) in _addresses)
        {
            if (number == address && ofIpv6 == isIpv6)
                return true;
        }
        return false;
    }

    private static void SetTimeToLive(Span<byte> packet, bool isIpv6)
    {
        packet[isIpv6 ? 7 : 8] = TimeToLive;
        if (!isIpv6)
            Ipv4Checksum.Write(packet);
    }

    /// <summary>RFC 1812 5.3.1: or two ends that both do this would never stop.</summary>
    private static bool TryAge(Span<byte> packet, bool isIpv6)
    {
        ref byte left = ref packet[isIpv6 ? 7 : 8];
        if (left <= 1)
            return false;
        left--;
        if (!isIpv6)
            Ipv4Checksum.Write(packet);
        return true;
    }

    /// <summary>RFC 1624 3, equation 3.</summary>
    private static void Replace(Span<byte> icmp, int checksumOffset, ushort old, ushort now)
    {
        Span<byte> field = icmp[checksumOffset..];
        uint sum = (uint)(ushort)~BinaryPrimitives.ReadUInt16BigEndian(field) + (ushort)~old + now;
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)~sum);
    }

    private static UInt128 NumberOf(IPAddress address)
    {
        byte[] octets = address.GetAddressBytes();
        return octets.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt128BigEndian(octets);
    }
}
