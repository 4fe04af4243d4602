using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Ike.Tests.Authentication.Certificates;

/// <summary>Certificates come from strangers: whatever is in them, there is a sentence and never an exception.</summary>
public sealed class CertificateFuzzTests
{
    private const int Rounds = 1000;

    [Fact]
    public void A_certificate_with_changed_octets_is_read_or_refused_and_never_trusted()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate between = root.Intermediate();
        using TestCertificate end = between.Issue("peer.test.example");
        using TrustAnchors anchors = root.Anchors();
        var random = new Random(1);
        int read = 0;
        for (int round = 0; round < Rounds; round++)
        {
            bool isEnd = round % 2 == 0;
            byte[] original = isEnd ? end.Der : between.Der;
            byte[] changed = [.. original];
            for (int i = random.Next(1, 4); i > 0; i--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            if (changed.AsSpan().SequenceEqual(original)
                || CertificateChain.Read(isEnd ? [changed, between.Der] : [end.Der, changed], out _) is not { } chain)
                continue;
            using (chain)
            {
                read++;
                _ = CertificateNames.Vouches(chain.Leaf, new IkeIdentity(IdentityType.Fqdn, "peer.test.example"u8));
                _ = CertificateNames.Vouches(chain.Leaf, new IkeIdentity(IdentityType.KeyId, "key"u8));
                _ = CertificateNames.Vouches(chain.Leaf, new IkeIdentity(IdentityType.DistinguishedName, chain.Leaf.SubjectName.RawData));
                _ = CertificateNames.Describe(chain.Leaf);
                _ = CertificateNames.Default(chain.Leaf);
                Assert.NotNull(ChainValidation.Judge(
                    new CertificateCheck("berlin", chain, anchors, RevocationPolicy.Off), TestCertificate.Today).Objection);
            }
        }

        // Most changes leave something that is a certificate, whose signature is wrong.
        Assert.True(read > Rounds / 4, $"only {read} could be read");
    }
}
