using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tests.Sockets;

public sealed class StreamFramingTests
{
    [Fact]
    public void IKE_stands_behind_its_length_and_four_zero_octets_and_ESP_behind_its_length()
    {
        byte[] ike = new byte[StreamFraming.IkeFrameLength(2)], esp = new byte[StreamFraming.EspFrameLength(5)];
        StreamFraming.WriteIke(ike, [7, 8]);
        StreamFraming.WriteEsp(esp, [1, 2, 3, 4, 5]);
        Assert.Equal([0, 8, 0, 0, 0, 0, 7, 8], ike);                     // RFC 9329 3.1, figure 1
        Assert.Equal([0, 7, 1, 2, 3, 4, 5], esp);                        // RFC 9329 3.2, figure 2
        Assert.Equal("IKETCP"u8.ToArray(), StreamFraming.Prefix.ToArray());
    }

    [Fact]
    public void Messages_are_taken_off_one_by_one_and_only_when_they_are_whole()
    {
        byte[] stream = [0, 8, 0, 0, 0, 0, 7, 8, 0, 7, 1, 2, 3, 4, 5];
        for (int length = 0; length < 8; length++)
            Assert.Equal(0, StreamFraming.Read(stream.AsMemory(0, length), out _, out _));
        Assert.Equal(8, StreamFraming.Read(stream, out DatagramKind first, out ReadOnlyMemory<byte> ike));
        Assert.Equal((DatagramKind.Ike, 2), (first, ike.Length));
        Assert.Equal(7, StreamFraming.Read(stream.AsMemory(8), out DatagramKind second, out ReadOnlyMemory<byte> esp));
        Assert.Equal((DatagramKind.Esp, 5), (second, esp.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_length_that_cannot_be_ends_the_stream(byte length) => Assert.Equal(-1, StreamFraming.Read(new byte[] { 0, length, 9, 9 }, out _, out _));

    [Fact]
    public void A_NAT_keepalive_has_no_place_in_a_stream_and_is_passed_over()
    {
        Assert.Equal(3, StreamFraming.Read(new byte[] { 0, 3, 0xff }, out DatagramKind kind, out ReadOnlyMemory<byte> content));
        Assert.Equal((DatagramKind.Keepalive, 0), (kind, content.Length));
    }
}
