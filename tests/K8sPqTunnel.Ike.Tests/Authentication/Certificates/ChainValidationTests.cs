using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Ike.Tests.Authentication.Certificates;

public sealed class ChainValidationTests
{
    public static TheoryData<string> Kinds { get; } =
        [.. Enum.GetValues<KeyKind>().Where(kind => kind != KeyKind.RsaPss).Select(kind => kind.ToString())];

    [Theory, MemberData(nameof(Kinds))]
    public void A_certificate_of_any_kind_that_a_trusted_root_issued_is_trusted(string kind)
    {
        using TestCertificate root = TestCertificate.Root(Enum.Parse<KeyKind>(kind));
        using TestCertificate end = root.Issue(kind: Enum.Parse<KeyKind>(kind));
        Assert.Null(Judge(end.Chain(), root));
    }

    [Fact]
    public void An_authority_between_is_found_among_what_the_peer_sent()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate authority = root.Intermediate();
        using TestCertificate end = authority.Issue();

        Assert.Null(Judge(end.Chain(), root));
        string? objection = Judge(CertificateChain.Read([end.Der], out _)!, root);
        Assert.Contains("have the peer send the certificates between", objection, StringComparison.Ordinal);
    }

    [Fact]
    public void Trust_may_begin_at_an_authority_that_is_no_root()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate authority = root.Intermediate();
        using TestCertificate other = root.Intermediate("CN=another authority,O=Test");
        using TestCertificate end = authority.Issue();

        Assert.Null(Judge(CertificateChain.Read([end.Der], out _)!, authority));
        Assert.NotNull(Judge(CertificateChain.Read([end.Der], out _)!, other));
    }

    [Fact]
    public void A_peers_own_certificate_can_be_pinned()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate end = root.Issue();
        using TestCertificate twin = root.Issue();

        Assert.Null(Judge(end.Chain(), end));
        Assert.NotNull(Judge(twin.Chain(), end));
    }

    [Fact]
    public void A_stranger_with_the_same_name_is_not_the_root()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate impostor = TestCertificate.Root();
        using TestCertificate end = impostor.Issue();

        Assert.NotNull(Judge(end.Chain(), root));
        Assert.NotNull(Judge(CertificateChain.Read([end.Der, impostor.Der], out _)!, root));
    }

    [Fact]
    public void A_certificate_of_another_authority_is_refused_with_both_names()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate elsewhere = TestCertificate.Root(name: "CN=elsewhere,O=Other");
        using TestCertificate end = elsewhere.Issue();

        string? objection = Judge(end.Chain(), root);

        Assert.Contains("CN=test root, O=Test", objection, StringComparison.Ordinal);
        Assert.Contains("CN=elsewhere, O=Other", objection, StringComparison.Ordinal);
        Assert.Contains("ca.crt", objection, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_has_expired_or_is_not_valid_yet_is_refused_with_the_time()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate expired = root.Issue(until: TestCertificate.Today.AddDays(-1));
        using TestCertificate future = root.Issue(from: TestCertificate.Today.AddDays(1));

        Assert.Contains("expired at 2026-11-21 08:00:00 UTC", Judge(expired.Chain(), root), StringComparison.Ordinal);
        Assert.Contains("valid only from 2026-11-23 08:00:00 UTC", Judge(future.Chain(), root), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_its_issuer_did_not_sign_is_refused()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate end = root.Issue();
        byte[] changed = [.. end.Der];
        changed[^1] ^= 1;

        Assert.NotNull(Judge(CertificateChain.Read([changed], out _)!, root));
    }

    [Fact]
    public void An_end_is_no_authority()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate end = root.Issue();
        using TestCertificate forged = end.Issue("victim.example.net");

        Assert.NotNull(Judge(forged.Chain(), root));
    }

    [Fact]
    public void Names_that_an_authority_may_not_give_are_refused()
    {
        // RFC 5280 4.2.1.10: permittedSubtrees { dNSName "allowed.example" }.
        byte[] constraints = [.. Convert.FromHexString("3015a0133011820f"), .. "allowed.example"u8];
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate authority = root.Intermediate(change: request =>
            request.CertificateExtensions.Add(new X509Extension("2.5.29.30", constraints, critical: true)));
        using TestCertificate good = authority.Issue("a.allowed.example");
        using TestCertificate bad = authority.Issue("a.other.example");

        Assert.Null(Judge(good.Chain(), root));
        Assert.Contains("NameConstraint", Judge(bad.Chain(), root), StringComparison.Ordinal);
    }

    [Fact]
    public void A_critical_extension_that_nobody_knows_is_refused()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate end = root.Issue(change: request =>
            request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: true)));
        Assert.NotNull(Judge(end.Chain(), root));
    }

    [Fact]
    public void A_certificate_that_is_not_for_signatures_is_refused()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate end = root.Issue(change: request =>
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyEncipherment, critical: true)));
        Assert.Contains("digitalSignature", Judge(end.Chain(), root), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_signed_with_SHA_1_is_refused()
    {
        using TestCertificate root = TestCertificate.Root(KeyKind.Rsa);
        using TestCertificate end = root.Issue(signedWith: new SignatureAlgorithm(SignatureFamily.RsaPkcs1, SignatureHash.Sha1));
        Assert.Contains("can be forged", Judge(end.Chain(), root), StringComparison.Ordinal);
    }

    /// <summary>Otherwise all would still be well, but each signature would be verified twice.</summary>
    [Fact]
    public void What_is_trusted_needs_no_chain_builder()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate authority = root.Intermediate();
        using TestCertificate end = authority.Issue();
        using TestCertificate expired = authority.Issue(until: TestCertificate.Today.AddDays(-1));

        Assert.True(IsReached(end.Chain(), root));
        Assert.True(IsReached(end.Chain(), authority));
        Assert.True(IsReached(end.Chain(), end));
        Assert.False(IsReached(expired.Chain(), root));
        Assert.False(IsReached(CertificateChain.Read([end.Der], out _)!, root));
    }

    [Fact]
    public void An_expired_certificate_is_refused_even_where_it_is_pinned()
    {
        using TestCertificate root = TestCertificate.Root();
        using TestCertificate expired = root.Issue(until: TestCertificate.Today.AddDays(-1));
        Assert.Contains("expired", Judge(expired.Chain(), expired), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weak_signature_between_is_refused_though_a_path_leads_to_the_root()
    {
        using TestCertificate root = TestCertificate.Root(KeyKind.Rsa);
        using TestCertificate end = root.Issue(signedWith: new SignatureAlgorithm(SignatureFamily.RsaPkcs1, SignatureHash.Sha1));
        Assert.True(IsReached(end.Chain(), root));
        Assert.NotNull(Judge(end.Chain(), root));
    }

    [Fact]
    public void A_chain_is_limited_in_number_and_size()
    {
        using TestCertificate root = TestCertificate.Root();
        Assert.Null(CertificateChain.Read([.. Enumerable.Repeat(root.Der, IkeLimits.ChainCertificates + 1)], out string? count));
        Assert.Null(CertificateChain.Read([new byte[IkeLimits.CertificateLength + 1]], out string? length));
        Assert.Null(CertificateChain.Read([[1, 2, 3]], out string? malformed));
        Assert.Null(CertificateChain.Read([], out string? none));

        Assert.Equal("has 9 certificates in its chain; at most 8 are taken", count);
        Assert.Contains("16384 octets", length, StringComparison.Ordinal);
        Assert.Contains("cannot be read", malformed, StringComparison.Ordinal);
        Assert.Equal("has no certificate", none);
    }

    /// <param name="chain">Is disposed.</param>
    private static bool IsReached(CertificateChain chain, TestCertificate trusted)
    {
        using TrustAnchors anchors = trusted.Anchors();
        using CertificateChain ownedHere = chain;
        return anchors.AreReachedBy(chain, TestCertificate.Today);
    }

    /// <param name="chain">Is disposed.</param>
    private static string? Judge(CertificateChain chain, TestCertificate trusted)
    {
        using TrustAnchors anchors = trusted.Anchors();
        using CertificateChain ownedHere = chain;
        return ChainValidation.Judge(new CertificateCheck("berlin", chain, anchors, RevocationPolicy.Off), TestCertificate.Today).Objection;
    }
}
