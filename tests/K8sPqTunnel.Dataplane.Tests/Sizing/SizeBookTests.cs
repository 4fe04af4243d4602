using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Sizing;

public sealed class SizeBookTests
{
    private static readonly EspTransform Cbc = new(EncryptionId.AesCbc, 256, IntegrityId.HmacSha2_256_128, ExtendedSequenceNumbers: false);

    [Fact]
    public void What_fits_is_told_of_each_SA_by_its_own_cipher_and_carrier()
    {
        var book = new SizeBook(new TunnelPolicy("two", [SaPair.LeftNetwork], [SaPair.RightNetwork]));
        ChildSa inUdp = SaPair.Create(Cbc, spi: 0x1000).Left, inIp = SaPair.Create(spi: 0x2000, udpEncapsulation: false).Left;
        book.Put(inUdp, inUdp.Path);
        book.Put(inIp, inIp.Path);
        Assert.Equal(PathMtu.Inner(PathMtu.Ethernet, EspCarrier.Udp, layout: EspTransforms.LayoutOf(Cbc)), book.Fitting[inUdp.InboundSpi]);
        Assert.Equal(PathMtu.Inner(PathMtu.Ethernet, EspCarrier.Ip), book.Fitting[inIp.InboundSpi]);
        Assert.NotEqual(book.Fitting[inUdp.InboundSpi], book.Fitting[inIp.InboundSpi]);

        var overTcp = inUdp.Path with { IsTcp = true };
        book.Move(inUdp, overTcp);
        Assert.Equal(PathMtu.Inner(PathMtu.Ethernet, EspCarrier.Tcp, layout: EspTransforms.LayoutOf(Cbc)), book.Fitting[inUdp.InboundSpi]);
        book.Remove(inUdp.InboundSpi);
        Assert.Equal([inIp.InboundSpi], book.Fitting.Keys);
    }
}
