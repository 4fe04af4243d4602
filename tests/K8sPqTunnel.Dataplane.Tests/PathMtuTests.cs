using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

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
            Assert.True(outerHeaders + EspLayout.Aead.SealedLength(inner) <= outer);
            Assert.True(outerHeaders + EspLayout.Aead.SealedLength(inner + 1) > outer);
        }
    }

    [Fact]
    public void A_cipher_of_blocks_leaves_less_room()
    {
        const int outerHeaders = 20 + 8;
        EspLayout cbc = EspTransforms.LayoutOf(new EspTransform(EncryptionId.AesCbc, 256, IntegrityId.HmacSha2_256_128, ExtendedSequenceNumbers: false));
        for (int outer = 576; outer <= 1600; outer++)
        {
            int inner = PathMtu.Inner(outer, udpEncapsulation: true, layout: cbc);
            Assert.True(outerHeaders + cbc.SealedLength(inner) <= outer);
            Assert.True(outerHeaders + cbc.SealedLength(inner + 1) > outer);
        }
    }
}
