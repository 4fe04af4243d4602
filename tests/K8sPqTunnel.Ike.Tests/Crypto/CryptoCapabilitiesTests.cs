using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class CryptoCapabilitiesTests
{
    [Fact]
    public void An_OpenSSL_without_ML_KEM_is_named_with_what_to_do_about_it()
    {
        CryptoCapabilities old = new("OpenSSL 3.0.19 27 Jan 2026", HasMlKem: false);

        Assert.Equal(
            "OpenSSL 3.0.19 has no ML-KEM, which mlkem768 needs: run on Debian 13 or newer (OpenSSL 3.5), " +
            "or set spec.postQuantum.keyExchange: Disabled and propose classical key exchange only",
            old.WhyNot(KeyExchangeMethod.MlKem768));
        Assert.Null(old.WhyNot(KeyExchangeMethod.Ecp384));
    }

    [Fact]
    public void An_unknown_method_is_answered_with_the_known_ones() =>
        Assert.Contains("ecp384, ecp521, x25519", CryptoCapabilities.Probe().WhyNot((KeyExchangeMethod)2), StringComparison.Ordinal);

    [Fact]
    public void The_probe_tells_the_version_and_ML_KEM_came_with_3_5()
    {
        CryptoCapabilities probed = CryptoCapabilities.Probe();

        Assert.StartsWith("OpenSSL ", probed.Version, StringComparison.Ordinal);
        Assert.Equal(Version.Parse(probed.Version.Split(' ')[1]) >= new Version(3, 5), probed.HasMlKem);
    }
}
