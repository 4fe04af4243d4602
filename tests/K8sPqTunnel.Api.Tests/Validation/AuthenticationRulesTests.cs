using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Validation;

public sealed class AuthenticationRulesTests
{
    private const string Psk = "psk: {secretRef: {name: berlin-psk, key: psk}}";

    [Fact]
    public void A_pre_shared_key_is_used_by_both_ends()
    {
        AuthenticationSettings settings = Read(Psk);
        Assert.Equal([new SecretReference("berlin-psk", "psk")], settings.Secrets);
    }

    [Theory]
    [InlineData("", 60)]
    [InlineData(", overlap: 0s", 0)]
    [InlineData(", overlap: 24h", 24 * 60)]
    public void A_former_key_has_an_hour_unless_told(string overlap, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), Read($"psk: {{secretRef: {{name: berlin-psk}}{overlap}}}").PskOverlap);

    [Theory]
    [InlineData("soon", "\"soon\" is not a duration")]
    [InlineData("721h", "721h is out of bounds")]
    public void A_former_keys_time_that_cannot_be_is_refused(string overlap, string words) =>
        Assert.Contains($"spec.authentication.psk.overlap: {words}", Assert.Single(Sample.ProblemsAfter("key: psk}", $"key: psk}}, overlap: {overlap}")), StringComparison.Ordinal);

    [Fact]
    public void Certificates_are_used_by_both_ends_and_the_authorities_may_lie_beside_them()
    {
        AuthenticationSettings settings = Read("certificate: {secretRef: {name: edge-tls}}");

        Assert.Equal(new SecretReference("edge-tls", "tls.crt"), settings.Certificate);
        Assert.Equal(new SecretReference("edge-tls", "tls.key"), settings.PrivateKey);
        Assert.Equal(new SecretReference("edge-tls", "ca.crt"), settings.Authorities);
        Assert.Equal(RevocationChoice.Soft, settings.Revocation);
        Assert.Equal(RsaSignatureChoice.Pss, settings.RsaSignature);
        Assert.Null(settings.Psk);
    }

    [Fact]
    public void The_authorities_may_lie_elsewhere()
    {
        AuthenticationSettings settings = Read("certificate: {secretRef: {name: edge-tls}, caSecretRef: {name: roots, key: all.pem}, revocation: Strict}");
        Assert.Equal(new SecretReference("roots", "all.pem"), settings.Authorities);
        Assert.Equal(RevocationChoice.Strict, settings.Revocation);
    }

    [Theory]
    [InlineData("local: Psk, remote: Certificate", "berlin-psk/psk roots/ca.crt")]
    [InlineData("local: Certificate, remote: Psk", "berlin-psk/psk edge-tls/tls.crt edge-tls/tls.key")]
    public void Each_end_may_have_its_own_means_and_only_what_is_needed_is_read(string who, string secrets)
    {
        AuthenticationSettings settings = Read($"{{ {Psk}, certificate: {{secretRef: {{name: edge-tls}}, caSecretRef: {{name: roots}}}}, {who} }}");
        Assert.Equal(secrets, string.Join(' ', settings.Secrets.Select(each => $"{each.Name}/{each.Key}")));
    }

    [Fact]
    public void An_end_that_only_checks_the_peer_needs_no_certificate_of_its_own()
    {
        AuthenticationSettings settings = Read($"{{ {Psk}, certificate: {{caSecretRef: {{name: roots}}}}, local: Psk, remote: Certificate }}");
        Assert.Null(settings.Certificate);
    }

    [Theory]
    [InlineData("{}", "spec.authentication: neither end can prove itself: add psk: {secretRef: {name: SECRET}}, or certificate: {secretRef: {name: SECRET}}")]
    [InlineData("{ psk: {secretRef: {name: a}}, certificate: {secretRef: {name: b}} }", "spec.authentication.local: with psk and certificate it has to be said what this end proves itself with: Psk or Certificate")]
    [InlineData("{ psk: {secretRef: {name: a}}, certificate: {secretRef: {name: b}}, local: Psk }", "spec.authentication.remote: with psk and certificate it has to be said what the peer proves itself with: Psk or Certificate")]
    [InlineData("{ psk: {secretRef: {name: a}}, remote: Certificate }", "spec.authentication.remote: it names what is not given: add certificate beside it")]
    [InlineData("certificate: {secretRef: {name: ../a}, caSecretRef: {name: b}}", "spec.authentication.certificate.secretRef.name: \"../a\" is no name of a Secret: write lower-case letters, digits, - and .")]
    [InlineData("certificate: {caSecretRef: {name: b}}", "spec.authentication.certificate.secretRef.name: the tunnel names no Secret for its certificate: name one that has it")]
    [InlineData("certificate: {secretRef: {name: a}, caSecretRef: {name: b, key: ../c}}", "spec.authentication.certificate.caSecretRef.key: \"../c\" is no key of a Secret: write letters, digits, -, _ and .")]
    public void What_does_not_fit_together_is_named_with_a_way_out(string authentication, string problem)
    {
        string reported = Assert.Single(Sample.ProblemsAfter(Psk, authentication));
        Assert.Equal(problem, reported[(reported.IndexOf(' ') + 1)..]);
    }

    private static AuthenticationSettings Read(string authentication)
    {
        using TunnelDocument document = TunnelDocument.Load(Sample.Yaml.Replace(Psk, authentication), "tunnel.yaml");
        Assert.Empty(document.Problems);
        return Assert.Single(document.Tunnels).Authentication;
    }
}
