using System.Net.Security;
using K8sPqTunnel.Grpc.Tls;

namespace K8sPqTunnel.Grpc.Tests.Tls;

public sealed class RenewingServerCertificateTests
{
    [Fact]
    public void A_certificate_serves_two_thirds_of_its_life_and_is_then_replaced()
    {
        var clock = new ManualClock();
        using var authority = CertificateAuthority.Create("pqtunnel", clock.Now, TimeSpan.FromDays(3650));
        using var certificate = new RenewingServerCertificate(authority, ["operator"], TimeSpan.FromDays(90), clock);
        SslServerAuthenticationOptions first = certificate.Current();
        clock.Now += TimeSpan.FromDays(59);
        Assert.Same(first, certificate.Current());
        clock.Now += TimeSpan.FromDays(2);
        SslServerAuthenticationOptions second = certificate.Current();
        Assert.NotSame(first, second);
        Assert.Same(second, certificate.Current());
        Assert.True(second.ServerCertificateContext!.TargetCertificate.NotAfter > first.ServerCertificateContext!.TargetCertificate.NotAfter);
    }
}
