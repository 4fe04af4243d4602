using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Xfrm;

public sealed class XfrmProbeTests
{
    [Fact]
    public void A_kernel_without_ESP_is_told_from_one_with_it_in_a_sentence_that_names_the_option()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        if (space.Run(() => XfrmProbe.WhyNot([SaPair.AesGcm256])) is not { } reason)
        {
            Assert.Skip("this kernel has ESP");
            return;
        }
        Assert.Contains("CONFIG_INET_ESP", reason);
        Assert.Contains("CONFIG_CRYPTO_GCM", reason);
        var cbc = new EspTransform(EncryptionId.AesCbc, 256, IntegrityId.HmacSha2_256_128, false);
        Assert.Contains("CONFIG_INET_ESP", space.Run(() => XfrmProbe.WhyNot([cbc])));
        Assert.Empty(space.Shell("ip xfrm state"));
    }
}
