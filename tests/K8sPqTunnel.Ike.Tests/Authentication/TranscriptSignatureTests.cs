using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Tests.Transcripts;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Authentication;

/// <summary>What two strongSwan processes signed is verified, and their certificates and announcements are read.</summary>
public sealed class TranscriptSignatureTests
{
    [Theory]
    [InlineData("s13_p384_mlkem768_cert_ecdsa384_ed25519", true, "ECDSA with SHA2-384", "i.test.example")]
    [InlineData("s13_p384_mlkem768_cert_ecdsa384_ed25519", false, "Ed25519", "r.test.example")]
    [InlineData("s16_p384_mlkem768_mldsa65_mldsa44", true, "ML-DSA-65", "i.test.example")]
    [InlineData("s16_p384_mlkem768_mldsa65_mldsa44", false, "ML-DSA-44", "r.test.example")]
    public void A_recorded_signature_is_right_and_its_certificate_vouches(string name, bool initiator, string algorithm, string identity)
    {
        if (algorithm.StartsWith("ML-DSA", StringComparison.Ordinal) && !System.Security.Cryptography.MLDsa.IsSupported)
            Assert.Skip("this OpenSSL has no ML-DSA");
        Transcript transcript = TranscriptFiles.Load(name);
        TranscriptExchange exchange = transcript.Exchanges.Single(e => e.Exchange == "IKE_AUTH");
        TranscriptMessage recorded = (initiator ? exchange.Request : exchange.Response)!;
        IkeMessage message = new(default, [], (PayloadType)recorded.FirstPayload, recorded.InnerPlaintext, Inside.Encrypted);
        TranscriptAuthSide side = initiator ? transcript.Auth.Initiator : transcript.Auth.Responder;

        using CertificateChain chain = CertificateChain.Read(message, out string? flaw)!;
        Assert.True(chain is not null, flaw);
        using VerificationKey key = VerificationKey.Read(chain.Leaf.PublicKey.ExportSubjectPublicKeyInfo(), out flaw)!;
        Assert.True(key is not null, flaw);
        Assert.True(message.TryFind(PayloadType.Authentication, out ReadOnlySpan<byte> body));
        Assert.True(AuthenticationPayload.TryRead(body, out AuthenticationPayload auth));

        Assert.Null(AuthSignature.Verify(key, auth.Method, auth.Data, side.SignedOctets));
        Assert.NotNull(AuthSignature.Verify(key, auth.Method, auth.Data, [.. side.SignedOctets, 0]));
        Assert.True(AlgorithmIdentifier.TryRead(auth.Data.Slice(1, auth.Data[0]), out SignatureAlgorithm used));
        Assert.Equal(algorithm, used.ToString());
        Assert.True(CertificateNames.Vouches(chain.Leaf, new IkeIdentity(IdentityType.Fqdn, System.Text.Encoding.ASCII.GetBytes(identity))));
    }

    [Theory]
    [InlineData("s13_p384_mlkem768_cert_ecdsa384_ed25519")]
    [InlineData("s16_p384_mlkem768_mldsa65_mldsa44")]
    public void The_hashes_that_strongSwan_announces_are_read(string name)
    {
        TranscriptExchange init = TranscriptFiles.Load(name).Exchanges[0];
        foreach (byte[] frame in (byte[][])[init.RequestFrames[^1], init.ResponseFrames[^1]])
        {
            Assert.Equal(ParseError.None, IkeHeader.TryRead(frame, out IkeHeader header));
            IkeMessage message = new(header, frame.AsSpan(0, IkeHeader.Length), header.NextPayload, frame.AsSpan(IkeHeader.Length), Inside.Clear);
            Assert.True(SignatureHashes.Of(message).Has(SignatureHash.Identity));
        }
    }

    [Fact]
    public void Its_certificate_requests_are_read()
    {
        TranscriptExchange exchange = TranscriptFiles.Load("s13_p384_mlkem768_cert_ecdsa384_ed25519").Exchanges.Single(e => e.Exchange == "IKE_AUTH");
        byte[] body = exchange.Request!.Payloads.First(payload => payload.Type == (int)PayloadType.CertificateRequest).Body;

        Assert.True(CertificateRequestPayload.TryRead(body, out CertificateRequestPayload request));
        Assert.Equal(CertificateEncoding.X509Signature, request.Encoding);
        Assert.Equal(2 * CertificateRequestPayload.HashLength, request.Authorities.Length);
    }
}
