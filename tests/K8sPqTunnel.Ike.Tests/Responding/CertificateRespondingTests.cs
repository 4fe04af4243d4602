using System.Net;
using System.Text;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>Certificates between our responder and our initiator.</summary>
public sealed class CertificateRespondingTests : IDisposable
{
    private readonly TestCertificate _root = TestCertificate.Root();
    private readonly TestCertificate _otherRoot = TestCertificate.Root(name: "CN=other root,O=Test");
    private readonly TrustAnchors _anchors;
    private readonly TrustAnchors _otherAnchors;

    public CertificateRespondingTests()
    {
        _anchors = _root.Anchors();
        _otherAnchors = _otherRoot.Anchors();
    }

    public static TheoryData<string> Kinds { get; } =
        [.. Enum.GetValues<KeyKind>().Where(kind => kind != KeyKind.RsaPss).Select(kind => kind.ToString())];

    public void Dispose()
    {
        _anchors.Dispose();
        _otherAnchors.Dispose();
        _root.Dispose();
        _otherRoot.Dispose();
    }

    [Theory, MemberData(nameof(Kinds))]
    [Rfc(8420, "2", "EdDSA signs the octets themselves, with hash Identity")]
    [Rfc("draft-ietf-ipsecme-ikev2-pqc-auth", "3", "ML-DSA signs the octets themselves, by method 14 with hash Identity")]
    public void Both_ends_take_each_others_certificates(string kind)
    {
        using TestCertificate left = _root.Issue("left.test.example", Enum.Parse<KeyKind>(kind));
        using TestCertificate right = _root.Issue("right.test.example", Enum.Parse<KeyKind>(kind));
        using Duet duet = Between(left, right).Start();

        duet.AssertAgreement();
        Assert.Equal("left.test.example", Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).PeerIdentity.ToString());
    }

    [Fact]
    public void The_initiator_may_use_a_key_where_the_responder_uses_a_certificate()
    {
        using TestCertificate right = _root.Issue("right.test.example");
        Secret psk = new(new PeerOptions().Psk);
        using Duet duet = new Duet(
            left: c => c with { Authentication = new AuthenticationConfig(new LocalPreSharedKey(psk), Trusting(_anchors)) },
            right: c => c with { Authentication = new AuthenticationConfig(right.Credential(), new PeerPreSharedKey(psk)) }).Start();
        duet.AssertAgreement();
    }

    [Fact]
    public void A_check_that_takes_time_holds_the_answer_while_repeats_bring_nothing()
    {
        using TestCertificate left = _root.Issue("left.test.example");
        using TestCertificate right = _root.Issue("right.test.example");
        using Duet duet = Between(left, right);
        duet.Right.Verifier.IsSlow = true;
        duet.Start(TimeSpan.FromSeconds(5));
        Assert.NotEmpty(duet.Left.Output.Of<RequestRepeated>());
        CertificateCheck check = Assert.Single(duet.Right.Verifier.Asked);
        Assert.Empty(duet.Right.Output.Intents);

        duet.Right.Endpoint.Complete(duet.Now, check, CertificateVerdict.Trusted);
        duet.Run(TimeSpan.FromSeconds(1));

        duet.AssertAgreement();
        Assert.Single(duet.Right.Verifier.Asked);
    }

    [Fact]
    public void A_peer_whose_certificate_is_refused_is_told_so_and_gets_nothing()
    {
        using TestCertificate left = _otherRoot.Issue("left.test.example");
        using TestCertificate right = _root.Issue("right.test.example");
        using Duet duet = Between(left, right).Start(TimeSpan.FromSeconds(0.5));

        Assert.Equal(FailureReason.CertificateRefused, Assert.Single(duet.Right.Output.Of<PeerTurnedAway>()).Failure.Reason);
        Assert.Equal(FailureReason.AuthenticationFailed, Assert.Single(duet.Left.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(duet.Right.Output.Intents);
    }

    [Fact]
    public void A_peer_whose_check_nobody_answers_is_refused_in_time_and_told_so()
    {
        using TestCertificate left = _root.Issue("left.test.example");
        using TestCertificate right = _root.Issue("right.test.example");
        using Duet duet = Between(left, right);
        duet.Right.Verifier.IsSlow = true;
        duet.Start(TimeSpan.FromSeconds(9.8));
        Assert.Empty(duet.Right.Output.Of<PeerTurnedAway>());
        duet.Run(TimeSpan.FromSeconds(0.5));

        IkeFailure said = Assert.Single(duet.Right.Output.Of<PeerTurnedAway>()).Failure;
        Assert.Equal(FailureReason.CertificateUnchecked, said.Reason);
        Assert.Contains("could not be checked within 10 s", said.Message, StringComparison.Ordinal);
        Assert.Equal(FailureReason.AuthenticationFailed, Assert.Single(duet.Left.Output.Of<ConnectionFailed>()).Failure.Reason);
        duet.Right.Endpoint.Complete(duet.Now, duet.Right.Verifier.Asked[0], CertificateVerdict.Trusted);
        Assert.Empty(duet.Right.Output.Intents);
    }

    [Fact]
    public void A_peer_whose_check_nobody_answers_is_forgotten()
    {
        using TestCertificate left = _root.Issue("left.test.example");
        using TestCertificate right = _root.Issue("right.test.example");
        using Duet duet = Between(left, right);
        duet.Right.Verifier.IsSlow = true;
        duet.Start(TimeSpan.FromSeconds(2));
        duet.Left.Connection.Close(duet.Now);
        duet.Run(TimeSpan.FromSeconds(60));

        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
        duet.Right.Endpoint.Complete(duet.Now, Assert.Single(duet.Right.Verifier.Asked), CertificateVerdict.Trusted);
        Assert.Empty(duet.Right.Output.Intents);
    }

    [Fact]
    public void Each_connection_of_an_address_has_its_own_authorities_and_all_of_them_are_asked_for()
    {
        using TestCertificate left = _otherRoot.Issue("left.test.example");
        using TestCertificate right = _root.Issue("right.test.example");
        ConnectionConfig stranger = Duet.RightConfig() with
        {
            Name = "to stranger",
            RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, "stranger.test.example"u8),
            Authentication = new AuthenticationConfig(right.Credential(), Trusting(_anchors)),
        };
        using Duet duet = new(
            left: c => c with { Authentication = new AuthenticationConfig(left.Credential(), Trusting(_anchors)) },
            right: _ => stranger,
            more: [Duet.RightConfig() with { Authentication = new AuthenticationConfig(right.Credential(), Trusting(_otherAnchors)) }]);
        duet.Start(TimeSpan.FromSeconds(0.03));

        byte[] asked = duet.Left.Connection.Newest!.Handshake.PeerAuthorities;
        Assert.Equal([.. _anchors.KeyHashes[0].Span, .. _otherAnchors.KeyHashes[0].Span], asked);
        duet.Run(TimeSpan.FromSeconds(5));
        Assert.Equal("to left", Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).Connection);
    }

    [Theory]
    [InlineData("right.test.example", true)]
    [InlineData("also-right.test.example", true)]
    [InlineData("ALSO-right.test.example", true)]
    [InlineData("wrong.test.example", false)]
    public void A_peer_may_ask_for_any_of_our_identities(string asked, bool isOurs)
    {
        using Duet duet = new Duet(
            left: c => c with { RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, Encoding.ASCII.GetBytes(asked)) },
            right: c => c with { OtherLocalIdentities = [new IkeIdentity(IdentityType.Fqdn, "also-right.test.example"u8)] })
            .Start(TimeSpan.FromSeconds(0.5));

        Assert.Equal(isOurs, duet.Left.Connection.State == ConnectionState.Established);
        if (isOurs)
            Assert.Equal(asked, Assert.Single(duet.Left.Output.Of<IkeSaEstablished>()).PeerIdentity.ToString(), ignoreCase: true);
    }

    [Fact]
    public void A_pattern_with_a_wildcard_takes_all_certified_names_below_it()
    {
        using TestCertificate left = _root.Issue("left.test.example");
        using TestCertificate right = _root.Issue("right.test.example");
        using Duet duet = new(
            left: c => c with { Authentication = new AuthenticationConfig(left.Credential(), Trusting(_anchors)) },
            right: c => c with { RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, "somebody.else"u8) });
        duet.Right.AddPattern(Duet.RightConfig() with
        {
            RemoteAddresses = [],
            RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")],
            RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, "*.test.example"u8),
            Authentication = new AuthenticationConfig(right.Credential(), Trusting(_anchors)),
        });
        duet.Start();

        Assert.Equal("left.test.example", Assert.Single(duet.Right.Output.Of<IkeSaEstablished>()).PeerIdentity.ToString());
        Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
    }

    private static PeerCertificate Trusting(TrustAnchors anchors) => new(anchors, RevocationPolicy.Off);

    private Duet Between(TestCertificate left, TestCertificate right) => new(
        left: c => c with { Authentication = new AuthenticationConfig(left.Credential(), Trusting(_anchors)) },
        right: c => c with { Authentication = new AuthenticationConfig(right.Credential(), Trusting(_anchors)) });
}
