using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>What we need against a recorded end: its pre-shared key, or trust in the very certificate that it showed. Its own keys are in no file.</summary>
internal static class RecordedCredentials
{
    /// <param name="peer">The IKE_AUTH message of the recorded end.</param>
    public static AuthenticationConfig Of(Transcript transcript, TranscriptMessage peer)
    {
        Secret psk = new(transcript.Psk);
        IkeMessage message = new(default, [], (PayloadType)peer.FirstPayload, peer.InnerPlaintext, Inside.Encrypted);
        using CertificateChain? chain = CertificateChain.Read(message, out _);
        return chain is null
            ? AuthenticationConfig.PreSharedKey(psk)
            : new AuthenticationConfig(
                new LocalPreSharedKey(psk), new PeerCertificate(new TrustAnchors([X509CertificateLoader.LoadCertificate(chain.Leaf.RawData)])));
    }
}
