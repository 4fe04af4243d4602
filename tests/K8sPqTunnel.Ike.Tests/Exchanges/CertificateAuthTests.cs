using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

/// <summary>IKE_AUTH with certificates, we the initiator.</summary>
public sealed class CertificateAuthTests : IDisposable
{
    /// <summary>Long enough for an attempt, too short for the next.</summary>
    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(0.5);

    private readonly TestCertificate _root = TestCertificate.Root();
    private readonly TrustAnchors _anchors;

    public CertificateAuthTests() => _anchors = _root.Anchors();

    public static TheoryData<string> Kinds { get; } =
        [.. Enum.GetValues<KeyKind>().Where(kind => kind != KeyKind.RsaPss).Select(kind => kind.ToString())];

    public void Dispose()
    {
        _anchors.Dispose();
        _root.Dispose();
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Both_ends_prove_themselves_by_certificates_of_every_kind(string kind)
    {
        using TestCertificate us = _root.Issue("edge.test.example", Enum.Parse<KeyKind>(kind));
        using TestCertificate peer = _root.Issue("peer.test.example", Enum.Parse<KeyKind>(kind));

        using World world = Between(us, peer).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Equal("peer.test.example", Assert.Single(world.Output.Of<IkeSaEstablished>()).PeerIdentity.ToString());
        Assert.Equal(AuthenticationMethod.DigitalSignature, world.Peer.SawMethod);
        Assert.Equal(_anchors.KeyHashes[0].ToArray(), world.Peer.SawCertificateRequest);
    }

    [Fact]
    public void Each_end_may_prove_itself_in_its_own_way()
    {
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World certificateForKey = new World(
            peer: new PeerOptions { Certificate = peer },
            configure: c => c with { Authentication = new AuthenticationConfig(Psk(), new PeerCertificate(_anchors, RevocationPolicy.Off)) }).Start();
        Assert.Equal(ConnectionState.Established, certificateForKey.Connection.State);

        using TestCertificate us = _root.Issue("edge.test.example");
        using World keyForCertificate = new World(
            peer: new PeerOptions { WantsCertificate = true, Hashes = SignatureHashes.Ours },
            configure: c => c with { Authentication = new AuthenticationConfig(us.Credential(), new PeerPreSharedKey(Psk().Key)) }).Start();
        Assert.Equal(ConnectionState.Established, keyForCertificate.Connection.State);
    }

    [Fact]
    public void An_authority_between_goes_with_the_certificate()
    {
        using TestCertificate between = _root.Intermediate();
        using TestCertificate us = between.Issue("edge.test.example");
        using TestCertificate peer = between.Issue("peer.test.example");
        using World world = Between(us, peer).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Equal(2, Assert.Single(world.Verifier.Asked).Chain.Certificates.Count);
    }

    [Fact]
    [Rfc(7427, "4", "Method 14 is not used with a peer that has not sent SIGNATURE_HASH_ALGORITHMS")]
    public void A_peer_without_RFC_7427_gets_an_ECDSA_signature_of_the_older_kind()
    {
        using TestCertificate us = _root.Issue("edge.test.example", KeyKind.EcdsaP384);
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World world = Between(us, peer, options => options with { Hashes = null }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Equal(AuthenticationMethod.EcdsaSha384, world.Peer.SawMethod);
    }

    [Fact]
    [Rfc(7427, "4", "Only hash functions that the peer has announced are used")]
    public void With_a_peer_that_cannot_verify_our_signature_nothing_is_begun()
    {
        using TestCertificate us = _root.Issue("edge.test.example", KeyKind.Rsa);
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World world = Between(us, peer, options => options with { Hashes = null }).Start(TimeSpan.FromSeconds(3));

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.ExtensionMissing, failed.Failure.Reason);
        Assert.Contains("SHA-1", failed.Failure.Message, StringComparison.Ordinal);
        Assert.False(world.Peer.SawAuthRequest);
    }

    [Theory]
    [InlineData(RsaSignature.Pkcs1, "DigitalSignature")]
    [InlineData(RsaSignature.Sha1, "RsaSignature")]
    public void With_RSA_keys_the_ends_sign_as_the_policy_says(RsaSignature policy, string method)
    {
        using TestCertificate us = _root.Issue("edge.test.example", KeyKind.Rsa);
        using TestCertificate peer = _root.Issue("peer.test.example", KeyKind.Rsa);
        SignatureHashes? announced = policy == RsaSignature.Sha1 ? null : SignatureHashes.Ours;
        using World world = Between(us, peer, options => options with { Hashes = announced, RsaSignature = policy }, rsa: policy).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Equal(method, $"{world.Peer.SawMethod}");
    }

    [Fact]
    public void A_peer_that_could_sign_with_SHA_2_does_not_get_away_with_SHA_1()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example", KeyKind.Rsa);
        World world = Between(us, peer, options => options with { RsaSignature = RsaSignature.Sha1 }, rsa: RsaSignature.Sha1);
        AssertRefused(world, FailureReason.AuthenticationFailed, "signs with RSA and SHA-1 (method 1)");
    }

    [Fact]
    public void A_certificate_of_an_unknown_authority_brings_no_tunnel()
    {
        using TestCertificate elsewhere = TestCertificate.Root(name: "CN=elsewhere");
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = elsewhere.Issue("peer.test.example");
        AssertRefused(Between(us, peer), FailureReason.CertificateRefused, "was not issued by an authority that we trust");
    }

    [Fact]
    public void An_expired_certificate_brings_no_tunnel()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example", until: TestCertificate.Today.AddDays(-1));
        AssertRefused(Between(us, peer), FailureReason.CertificateRefused, "expired at 2026-11-21");
    }

    [Fact]
    [Rfc(7296, "4", "The identity has to be one that the certificate vouches for")]
    public void A_peer_whose_certificate_does_not_vouch_for_its_name_gets_no_tunnel()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("somebody.else.example");
        AssertRefused(Between(us, peer), FailureReason.PeerIdentityMismatch, "peer.test.example, but its certificate is for somebody.else.example");
    }

    [Fact]
    public void A_peer_that_is_certified_but_not_the_expected_one_gets_no_tunnel()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        IkeIdentity expected = new(IdentityType.Fqdn, "*.other.example"u8);
        AssertRefused(Between(us, peer, expected: expected), FailureReason.PeerIdentityMismatch, "*.other.example is expected");
    }

    [Fact]
    public void A_wildcard_lets_every_certified_name_below_it_in()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World world = Between(us, peer, expected: new IkeIdentity(IdentityType.Fqdn, "*.test.example"u8)).Start();
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Fact]
    [Rfc(7296, "2.15", "A signature that its certificate's key did not make is refused")]
    public void A_certificate_whose_key_did_not_sign_is_not_even_looked_at()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        using TestCertificate stolen = _root.Issue("peer.test.example");
        World world = Between(us, peer, options => options with { WriteCertificates = writer => CertificatePayload.Write(writer, stolen.Der) });

        AssertRefused(world, FailureReason.AuthenticationFailed, "its signature is wrong");
        Assert.Empty(world.Verifier.Asked);
    }

    [Fact]
    [Rfc(7296, "3.6", "Hash and URL, which we do not announce, is not taken")]
    public void A_URL_in_place_of_a_certificate_is_refused()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        World world = Between(us, peer, options => options with
        {
            WriteCertificates = writer =>
            {
                writer.Begin(PayloadType.Certificate);
                writer.Put((byte)CertificateEncoding.HashAndUrl);
                writer.Put(new byte[20]);
                writer.Put("http://192.0.2.9/c"u8);
                writer.End();
            },
        });
        AssertRefused(world, FailureReason.CertificateRefused, "hash_and_url = no");
    }

    [Fact]
    public void A_peer_that_proves_itself_in_another_way_is_told_apart_from_one_with_a_wrong_key()
    {
        using TestCertificate peer = _root.Issue("peer.test.example");
        AssertRefused(new World(peer: new PeerOptions { Certificate = peer }), FailureReason.AuthenticationFailed, "set the peer to PSK");
        AssertRefused(
            new World(configure: c => c with { Authentication = new AuthenticationConfig(Psk(), new PeerCertificate(_anchors)) }),
            FailureReason.AuthenticationFailed,
            "set the peer to certificates");
    }

    [Fact]
    public void A_check_that_nobody_answers_brings_no_tunnel()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World world = Between(us, peer);
        world.Verifier.IsSlow = true;
        world.Start(TimeSpan.FromSeconds(9.9));
        Assert.Empty(world.Output.Of<ConnectionFailed>());
        world.Run(TimeSpan.FromSeconds(0.2));

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.CertificateUnchecked, failed.Failure.Reason);
        Assert.Contains("could not be checked within 10 s", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Output.Intents);
        Assert.True(world.Peers.Values.First().IsDeleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_check_that_takes_time_holds_the_answer_and_nothing_is_repeated_meanwhile(bool trusted)
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World world = Between(us, peer);
        world.Verifier.IsSlow = true;
        world.Start(TimeSpan.FromSeconds(5));
        Assert.Equal(ConnectionState.Connecting, world.Connection.State);
        Assert.Empty(world.Output.Intents);
        int sent = world.Output.Sent.Count;

        CertificateCheck check = Assert.Single(world.Verifier.Asked);
        world.Connection.Complete(world.Now, check, trusted ? CertificateVerdict.Trusted : new CertificateVerdict("it is revoked"));

        Assert.Equal(trusted ? ConnectionState.Established : ConnectionState.Waiting, world.Connection.State);
        Assert.Equal(trusted ? 1 : 0, world.Output.Installed.Count);
        Assert.Equal(trusted ? sent : sent + 1, world.Output.Sent.Count);
        world.Run(TimeSpan.FromSeconds(0.1));
        Assert.Equal(!trusted, world.Peer.IsDeleted);
    }

    [Fact]
    public void A_verdict_that_nobody_waits_for_any_more_is_passed_over()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World world = Between(us, peer);
        world.Verifier.IsSlow = true;
        world.Start(TimeSpan.FromSeconds(1));
        world.Connection.Close(world.Now);

        world.Connection.Complete(world.Now, Assert.Single(world.Verifier.Asked), CertificateVerdict.Trusted);

        Assert.Equal(ConnectionState.Closed, world.Connection.State);
        Assert.Empty(world.Output.Intents);
    }

    [Fact]
    public void A_peer_that_asks_for_other_authorities_is_said_when_it_refuses_us()
    {
        using TestCertificate us = _root.Issue("edge.test.example");
        World world = new(
            peer: new PeerOptions { Hashes = SignatureHashes.Ours, AsksFor = [new byte[20]] },
            configure: c => c with
            {
                Authentication = new AuthenticationConfig(us.Credential(), new PeerCertificate(_anchors, RevocationPolicy.Off)),
            });
        AssertRefused(world, FailureReason.AuthenticationFailed, "asks for certificates of other authorities than CN=test root, O=Test");
    }

    [Fact]
    [Rfc(7427, "4", "SIGNATURE_HASH_ALGORITHMS says which hash functions are taken")]
    public void Hash_functions_are_announced_only_where_somebody_signs()
    {
        using World plain = new World().Start(Briefly);
        Assert.False(Announces(plain));
        using TestCertificate us = _root.Issue("edge.test.example");
        using TestCertificate peer = _root.Issue("peer.test.example");
        using World signing = Between(us, peer).Start(Briefly);
        Assert.True(Announces(signing));
    }

    private static bool Announces(World world)
    {
        byte[] init = world.Output.Sent[0].Message;
        IkeHeader.TryRead(init, out IkeHeader header);
        return !SignatureHashes.Of(new IkeMessage(
            header, init.AsSpan(0, IkeHeader.Length), header.NextPayload, init.AsSpan(IkeHeader.Length), Inside.Clear)).IsEmpty;
    }

    private static LocalPreSharedKey Psk() => new(new Secret(new PeerOptions().Psk));

    private static void AssertRefused(World world, FailureReason reason, string said)
    {
        using World ending = world.Start(Briefly);
        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(reason, failed.Failure.Reason);
        Assert.Contains(said, failed.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("tunnel \"berlin\"", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Output.Intents);
        Assert.Equal(world.Spis.Taken, world.Spis.Released);
    }

    private World Between(
        TestCertificate us,
        TestCertificate peer,
        Func<PeerOptions, PeerOptions>? change = null,
        IkeIdentity? expected = null,
        RsaSignature rsa = RsaSignature.Pss) => new(
            peer: (change ?? (o => o))(new PeerOptions { Certificate = peer, WantsCertificate = true, Hashes = SignatureHashes.Ours }),
            configure: c => c with
            {
                RemoteIdentity = expected,
                Authentication = new AuthenticationConfig(us.Credential(), new PeerCertificate(_anchors, RevocationPolicy.Off)) { RsaSignature = rsa },
            });
}
