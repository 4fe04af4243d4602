using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tests.Sockets;

public sealed class UdpEncapsulationTests
{
    [Fact]
    public void Four_zero_octets_announce_an_IKE_message_which_begins_behind_them()
    {
        Assert.Equal(DatagramKind.Ike, UdpEncapsulation.Classify(new byte[] { 0, 0, 0, 0, 1, 2 }, out ReadOnlyMemory<byte> content));
        Assert.Equal([1, 2], content.ToArray());
    }

    [Fact]
    public void Anything_else_in_their_place_is_the_SPI_of_an_ESP_packet()
    {
        Assert.Equal(DatagramKind.Esp, UdpEncapsulation.Classify(new byte[] { 0, 0, 1, 0, 9 }, out ReadOnlyMemory<byte> content));
        Assert.Equal(5, content.Length);
    }

    [Fact]
    public void One_octet_of_ones_is_a_keepalive() =>
        Assert.Equal(DatagramKind.Keepalive, UdpEncapsulation.Classify(new byte[] { 0xff }, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void What_is_too_short_for_marker_and_message_is_malformed(int length) =>
        Assert.Equal(DatagramKind.Malformed, UdpEncapsulation.Classify(new byte[length], out _));
}
