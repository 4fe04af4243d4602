using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Tests.Offloads;

public sealed class SuperPacketTests
{
    private const byte Fin = 0x01;
    private const byte Reduced = 0x80;

    [Theory]
    [InlineData(false, 1386, 5000)]
    [InlineData(true, 1366, 60_000)]
    [InlineData(false, 48, 1000)]
    [InlineData(false, 1000, 1000)]
    [InlineData(false, 1000, 0)]
    public void A_TCP_packet_is_cut_into_segments_that_continue_each_other(bool ipv6, int segment, int payload)
    {
        byte[] whole = TcpPackets.Make(ipv6, payload, uint.MaxValue - 100, TcpPackets.Acknowledgment | TcpPackets.Push | Fin | Reduced, id: ushort.MaxValue);
        int ip = ipv6 ? 40 : 20;
        byte[][] segments = Cut(Partial(whole, ipv6 ? Segmentation.TcpIpv6 : Segmentation.TcpIpv4, segment, ip, 16), whole);

        Assert.Equal(Math.Max(1, (payload + segment - 1) / segment), segments.Length);
        uint sequence = uint.MaxValue - 100;
        for (int i = 0; i < segments.Length; i++)
        {
            Assert.True(TcpPackets.AreSumsRight(segments[i]));
            Assert.Equal(sequence, BinaryPrimitives.ReadUInt32BigEndian(segments[i].AsSpan(ip + 4)));
            sequence += (uint)(segments[i].Length - ip - 32);
            byte expected = TcpPackets.Acknowledgment;
            if (i == 0)
                expected |= Reduced;                                    // Once, in the first (RFC 3168 6.1.2).
            if (i == segments.Length - 1)
                expected |= TcpPackets.Push | Fin;
            Assert.Equal(expected, segments[i][ip + 13]);
            if (!ipv6)
                Assert.Equal((ushort)(ushort.MaxValue + i), BinaryPrimitives.ReadUInt16BigEndian(segments[i].AsSpan(4)));
        }
        Assert.Equal(whole[(ip + 32)..], segments.SelectMany(one => one[(ip + 32)..]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_UDP_packet_is_cut_into_datagrams(bool ipv6)
    {
        byte[] whole = TcpPackets.MakeUdp(ipv6, 5000);
        int ip = ipv6 ? 40 : 20;
        byte[][] datagrams = Cut(Partial(whole, Segmentation.Udp, 1200, ip, 6), whole);
        Assert.Equal([1208, 1208, 1208, 1208, 208], datagrams.Select(one => (int)BinaryPrimitives.ReadUInt16BigEndian(one.AsSpan(ip + 4))));
        Assert.All(datagrams, one => Assert.True(TcpPackets.AreSumsRight(one)));
        Assert.Equal(whole[(ip + 8)..], datagrams.SelectMany(one => one[(ip + 8)..]));
    }

    [Fact]
    public void A_packet_whose_checksum_the_kernel_has_left_open_gets_it()
    {
        byte[] packet = TcpPackets.Make(ipv6: false, 333);
        byte[] right = (byte[])packet.Clone();
        VirtioNetHeader header = Partial(packet, Segmentation.None, 0, 20, 16);
        Assert.NotEqual(right, packet);
        Assert.Equal(right, Assert.Single(Cut(header, packet)));
    }

    public static TheoryData<string> Nonsense => new("no checksum", "no segment length", "headers beyond", "kind", "short header", "checksum beyond", "checksum elsewhere");

    [Theory, MemberData(nameof(Nonsense))]
    public void A_frame_that_makes_no_sense_is_refused(string kind)
    {
        byte[] packet = TcpPackets.Make(ipv6: false, 100);
        VirtioNetHeader good = Partial(packet, Segmentation.TcpIpv4, 50, 20, 16);
        Assert.True(SuperPacket.TryRead(good, packet, out _));
        VirtioNetHeader bad = kind switch
        {
            "no checksum" => good with { NeedsChecksum = false },
            "no segment length" => good with { SegmentLength = 0 },
            "headers beyond" => good with { ChecksumStart = 140 },
            "kind" => good with { Segmentation = (Segmentation)3 },
            "checksum beyond" => good with { Segmentation = Segmentation.None, ChecksumStart = 150 },
            "checksum elsewhere" => good with { ChecksumOffset = 2 },
            _ => good,
        };
        if (kind == "short header")
            packet[20 + 12] = 0x10;
        Assert.False(SuperPacket.TryRead(bad, packet, out _));
    }

    /// <summary>Leaves the packet's checksum as the kernel does: the pseudo header's sum alone.</summary>
    private static VirtioNetHeader Partial(byte[] packet, Segmentation kind, int segment, int upper, int field)
    {
        byte protocol = field == 16 ? (byte)6 : (byte)17;
        ulong pseudo = TcpPackets.Words(upper == 40 ? packet.AsSpan(8, 32) : packet.AsSpan(12, 8)) + protocol + (ulong)(packet.Length - upper);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(upper + field), TcpPackets.Fold(pseudo));
        return new VirtioNetHeader
        {
            NeedsChecksum = true,
            Segmentation = kind,
            SegmentLength = (ushort)segment,
            ChecksumStart = (ushort)upper,
            ChecksumOffset = (ushort)field,
        };
    }

    private static byte[][] Cut(in VirtioNetHeader header, byte[] packet)
    {
        Assert.True(SuperPacket.TryRead(header, packet, out SuperPacket super));
        byte[][] segments = new byte[super.Count][];
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i] = new byte[super.LengthOf(i)];
            super.Write(packet, i, segments[i]);
        }
        Assert.Equal(super.TotalLength, segments.Sum(one => one.Length));
        return segments;
    }
}
