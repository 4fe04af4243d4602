using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class TunnelEcnTests
{
    private const int Drop = -1;

    // RFC 6040 4.2, figure 4. Columns: inner, outer, result. 0 Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE.
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 2, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 3, Drop)]
    [InlineData(2, 0, 2)]
    [InlineData(2, 2, 2)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 3, 3)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 3, 3)]
    [InlineData(3, 0, 3)]
    [InlineData(3, 2, 3)]
    [InlineData(3, 1, 3)]
    [InlineData(3, 3, 3)]
    public void The_outer_field_comes_in_as_the_table_says_and_the_checksum_stays_right(byte inner, byte outer, int result)
    {
        const byte dscp = 0xb8;
        byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4", trafficClass: (byte)(dscp | inner));
        Assert.Equal(result != Drop, TunnelEcn.TryDecapsulate(packet, (byte)(dscp | outer)));
        if (result == Drop)
            return;
        Assert.Equal((byte)(dscp | result), packet[1]);
        Assert.Equal(Packets.HeaderChecksum(packet), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(10)));
    }

    // RFC 6040 4.1: normal mode, since every peer of IKEv2 brings a mark back in (RFC 7296 2.24).
    [Fact]
    public void The_outer_header_carries_the_inner_DSCP_and_ECN() => Assert.Equal(0xb8 | 2, TunnelEcn.Encapsulate(0xb8 | 2));
}
