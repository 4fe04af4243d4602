using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests;

public sealed class PathMtuTests
{
    [Theory]
    [InlineData(1500, true, 1438)]
    [InlineData(1500, false, 1446)]
    [InlineData(1280, true, 1218)]
    [InlineData(9001, true, 8938)]
    [InlineData(50, true, PathMtu.Smallest)]
    public void The_inner_MTU_of_known_paths(int outer, bool encapsulated, int inner) =>
        Assert.Equal(inner, PathMtu.Inner(outer, encapsulated));

    [Fact]
    public void The_largest_inner_packet_just_fits_and_one_octet_more_does_not()
    {
        const int outerHeaders = 20 + 8;
        for (int outer = 576; outer <= 9100; outer++)
        {
            int inner = PathMtu.Inner(outer, udpEncapsulation: true);
            Assert.True(outerHeaders + EspFormat.SealedLength(inner) <= outer);
            Assert.True(outerHeaders + EspFormat.SealedLength(inner + 1) > outer);
        }
    }
}
