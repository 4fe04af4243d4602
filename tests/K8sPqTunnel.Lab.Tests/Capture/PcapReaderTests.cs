using K8sPqTunnel.Lab.Capture;

namespace K8sPqTunnel.Lab.Tests.Capture;

public sealed class PcapReaderTests
{
    [Fact]
    public void Frames_come_back_numbered_with_their_time_and_octets()
    {
        using MemoryStream file = Frames.Pcap([1, 2, 3], [4]);

        CapturedPacket[] packets = [.. PcapReader.Read(file)];

        Assert.Equal([1, 2], packets.Select(packet => packet.Number));
        Assert.Equal([1, 2, 3], packets[0].Data.ToArray());
        Assert.Equal(TimeSpan.FromSeconds(1000.25), packets[0].Time);
    }

    [Fact]
    public void A_record_that_the_end_of_the_capture_cut_off_is_left_out()
    {
        using MemoryStream whole = Frames.Pcap([1, 2, 3], [4, 5, 6, 7]);
        using var cut = new MemoryStream(whole.ToArray()[..^2]);

        Assert.Single(PcapReader.Read(cut));
    }

    [Fact]
    public void A_record_of_an_impossible_size_is_refused()
    {
        byte[] file = Frames.Pcap([1, 2, 3]).ToArray();
        file[24 + 11] = 0x7f;

        Assert.Throws<InvalidDataException>(() => PcapReader.Read(new MemoryStream(file)).ToList());
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Another_kind_of_file_is_refused(byte[] octets) =>
        Assert.Throws<InvalidDataException>(() => PcapReader.Read(new MemoryStream(octets)).ToList());

    [Fact]
    public void Another_link_type_is_refused()
    {
        byte[] file = Frames.Pcap([1, 2, 3]).ToArray();
        file[20] = 113;

        Assert.Throws<InvalidDataException>(() => PcapReader.Read(new MemoryStream(file)).ToList());
    }
}
