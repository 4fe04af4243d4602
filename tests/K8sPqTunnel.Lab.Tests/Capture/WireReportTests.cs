using System.Net;
using K8sPqTunnel.Lab.Capture;

namespace K8sPqTunnel.Lab.Tests.Capture;

public sealed class WireReportTests
{
    private static readonly byte[] Ike = Frames.Ipv4(Frames.Near, Frames.Far, 17, Frames.Udp(500, 500, 1, 2, 3, 4));
    private static readonly byte[] Esp = Frames.Ipv4(Frames.Far, Frames.Near, 50, new byte[16]);
    private static readonly byte[] Ping = Frames.Ipv4(IPAddress.Parse("10.1.0.2"), IPAddress.Parse("10.20.0.1"), 1, new byte[64]);

    [Theory]
    [InlineData(500)]
    [InlineData(4500)]
    public void The_largest_IKE_packet_is_none_of_IKE_SA_INIT(ushort port)
    {
        byte[] marker = port == 4500 ? new byte[4] : [];
        byte[] Message(byte exchange, int more) => Frames.Ipv4(Frames.Near, Frames.Far, 17, Frames.Udp(port, port, [.. marker, .. new byte[18], exchange, .. new byte[more]]));
        WireReport report = Read(Message(34, 900), Message(43, 100));
        Assert.Equal(20 + 8 + marker.Length + 19 + 100, report.LargestIke);
    }

    [Fact]
    public void A_wire_with_ike_and_esp_leaked_nothing()
    {
        WireReport report = Read(Ike, Ike, Esp, Esp, Esp);

        Assert.True(report.NothingLeaked);
        Assert.Equal((2, 3), (report.Ike, report.Esp));
    }

    [Fact]
    public void One_clear_packet_is_a_leak_and_is_named()
    {
        WireReport report = Read(Ike, Ping, Esp);

        Assert.False(report.NothingLeaked);
        Assert.Equal("packet 2: 10.1.0.2 > 10.20.0.1 ICMP, 98 octets", Assert.Single(report.Clear).ToString());
    }

    [Fact]
    public void Packets_that_were_not_captured_may_have_been_leaks()
    {
        using MemoryStream file = Frames.Pcap(Ike, Esp);

        Assert.False(WireReport.Read(file, [Frames.Near, Frames.Far], missed: 1).NothingLeaked);
    }

    [Fact]
    public void Of_many_leaks_all_are_counted_and_the_first_are_kept()
    {
        WireReport report = Read([.. Enumerable.Repeat(Ping, 50)]);

        Assert.Equal((50, 20), (report[PacketClass.Clear], report.Clear.Count));
    }

    private static WireReport Read(params byte[][] frames)
    {
        using MemoryStream file = Frames.Pcap(frames);
        return WireReport.Read(file, [Frames.Near, Frames.Far]);
    }
}
