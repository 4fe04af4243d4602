using System.Buffers.Binary;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class PacketMergerTests
{
    private const int Size = 1000;
    private readonly CollectingSink _sink = new();

    [Theory]
    [InlineData(false, 40)]
    [InlineData(true, 40)]
    [InlineData(false, 1)]
    public void A_TCP_stream_becomes_one_frame_and_comes_apart_as_it_was(bool ipv6, int count)
    {
        byte[][] packets = Stream(ipv6, count);
        packets[^1] = TcpPackets.Make(ipv6, 123, Sequence(count - 1), TcpPackets.Acknowledgment | TcpPackets.Push, id: (ushort)(7 + count - 1));
        Merge(packets);

        Assert.Equal(packets, _sink.Packets);
        byte[] frame = Assert.Single(_sink.Frames);
        VirtioNetHeader header = MemoryMarshal.Read<VirtioNetHeader>(frame);
        Segmentation expected = count == 1 ? Segmentation.None : ipv6 ? Segmentation.TcpIpv6 : Segmentation.TcpIpv4;
        Assert.Equal((expected, count == 1 ? 0 : Size), (header.Segmentation, header.SegmentLength));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Datagrams_of_UDP_are_merged_where_the_kernel_takes_them(bool ipv6)
    {
        byte[][] packets = [.. Enumerable.Range(0, 20).Select(i => TcpPackets.MakeUdp(ipv6, i < 19 ? 1200 : 77))];
        if (!ipv6)
        {
            for (int i = 0; i < packets.Length; i++)
                SetId(packets[i], (ushort)(7 + i));
        }
        Merge(packets);
        Assert.Equal(packets, _sink.Packets);
        Assert.Single(_sink.Frames);

        _sink.Frames.Clear();
        Merge(packets, mergesUdp: false);
        Assert.Equal(20, _sink.Frames.Count);
    }

    public static TheoryData<string> Breaks => new("gap", "ports", "flags", "acknowledgment", "window", "options", "TOS", "TTL", "DF", "longer", "push", "shorter");

    /// <summary>What breaks a stream begins a new frame, and nothing of it changes.</summary>
    [Theory, MemberData(nameof(Breaks))]
    public void What_does_not_continue_the_packet_before_it_stays_apart(string kind)
    {
        byte[][] packets = Stream(ipv6: false, 4);
        packets[2] = kind switch
        {
            "gap" => TcpPackets.Make(false, Size, Sequence(3), id: 9),
            "ports" => TcpPackets.Make(false, Size, Sequence(2), sourcePort: 1001, id: 9),
            "flags" => TcpPackets.Make(false, Size, Sequence(2), TcpPackets.Acknowledgment | 1, id: 9),
            "TOS" => TcpPackets.Make(false, Size, Sequence(2), trafficClass: 3, id: 9),
            "longer" => TcpPackets.Make(false, Size + 1, Sequence(2), id: 9),
            _ => packets[2],
        };
        switch (kind)
        {
            case "acknowledgment":
                Change(packets[2], 20 + 11);
                break;
            case "window":
                Change(packets[2], 20 + 15);
                break;
            case "options":
                Change(packets[2], 20 + 21);
                break;
            case "TTL":
                Change(packets[2], 8);
                break;
            case "DF":
                packets[2][6] ^= 0x40;
                SetId(packets[2], 9);
                break;
            case "push":
                packets[1] = TcpPackets.Make(false, Size, Sequence(1), TcpPackets.Acknowledgment | TcpPackets.Push, id: 8);
                break;
            case "shorter":
                packets[1] = TcpPackets.Make(false, Size - 1, Sequence(1), id: 8);
                break;
        }
        Merge(packets);
        Assert.Equal(packets, _sink.Packets);
        Assert.True(_sink.Frames.Count > 1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 2)]
    public void A_packet_that_may_be_fragmented_keeps_its_identification(int gap, int frames)
    {
        byte[][] packets = Stream(ipv6: false, 2);
        for (int i = 0; i < packets.Length; i++)
        {
            packets[i][6] = 0;                                          // DF off
            SetId(packets[i], (ushort)(ushort.MaxValue + i * (gap + 1)));
        }
        Merge(packets);
        Assert.Equal(packets, _sink.Packets);
        Assert.Equal(frames, _sink.Frames.Count);
    }

    [Theory]
    [InlineData(0, 20 + 40)]
    [InlineData(1, 20 + 40)]
    [InlineData(1, 10)]
    [InlineData(0, 20 + 16)]
    public void A_wrong_checksum_is_handed_on_as_it_is_and_never_made_right(int broken, int octet)
    {
        byte[][] packets = Stream(ipv6: false, 3);
        packets[broken][octet] ^= 1;
        Merge(packets);
        Assert.Equal(packets, _sink.Packets);
        Assert.Contains(_sink.Frames, frame => frame.AsSpan(VirtioNetHeader.Length).SequenceEqual(packets[broken]));
    }

    [Fact]
    public void Fragments_options_and_other_protocols_pass_between_as_they_are()
    {
        byte[][] packets = Stream(ipv6: false, 4);
        byte[] fragment = Packets.Make("10.1.0.1", "10.2.0.1", fragmentOffset: 0x2000);
        byte[] ping = Packets.Make("10.1.0.1", "10.2.0.1", protocol: 1);
        Merge([packets[0], fragment, packets[1], packets[2], ping, packets[3]]);
        Assert.Equal([packets[0], fragment, packets[1], packets[2], ping, packets[3]], _sink.Packets);
        Assert.Equal(5, _sink.Frames.Count);
    }

    [Fact]
    public void No_frame_is_longer_than_an_IP_packet_may_be()
    {
        byte[][] packets = Stream(ipv6: false, 100);
        Merge(packets);
        Assert.Equal(packets, _sink.Packets);
        Assert.Equal(2, _sink.Frames.Count);
        Assert.All(_sink.Frames, frame => Assert.InRange(frame.Length, 1, VirtioNetHeader.Length + 65535));
    }

    private static uint Sequence(int index) => uint.MaxValue - 1500 + (uint)(index * Size);

    private static byte[][] Stream(bool ipv6, int count) =>
        [.. Enumerable.Range(0, count).Select(i => TcpPackets.Make(ipv6, Size, Sequence(i), id: (ushort)(7 + i)))];

    private static void SetId(byte[] packet, ushort id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Packets.HeaderChecksum(packet));
    }

    /// <summary>Changes an octet and makes the checksum that covers it right again.</summary>
    private static void Change(byte[] packet, int octet)
    {
        packet[octet] ^= 4;
        SetId(packet, 9);
        packet.AsSpan(36, 2).Clear();
        ulong sum = TcpPackets.Words(packet.AsSpan(12, 8)) + 6 + (ulong)(packet.Length - 20) + TcpPackets.Words(packet.AsSpan(20));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(36), (ushort)~TcpPackets.Fold(sum));
        Assert.True(TcpPackets.AreSumsRight(packet));
    }

    private unsafe void Merge(byte[][] packets, bool mergesUdp = true)
    {
        byte[] pinned = GC.AllocateArray<byte>(packets.Sum(packet => packet.Length), pinned: true);
        var merger = new PacketMerger(_sink) { MergesUdp = mergesUdp };
        int used = 0;
        fixed (byte* start = pinned)
        {
            foreach (byte[] packet in packets)
            {
                packet.CopyTo(pinned, used);
                Assert.Equal(0, merger.Add(start + used, packet.Length));
                used += packet.Length;
            }
            Assert.Equal(0, merger.Flush());
        }
    }
}
