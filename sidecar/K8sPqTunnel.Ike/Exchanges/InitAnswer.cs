using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The answer to a peer's IKE_SA_INIT, once its proposal, key and nonce have been taken (RFC 7296 1.2).</summary>
internal static class InitAnswer
{
    /// <summary>Whether the nonce is one: 16 to 256 octets, and half of the PRF's key at least (RFC 7296 2.10).</summary>
    public static bool IsEnough(ReadOnlySpan<byte> nonce, PrfId prf) =>
        NoncePayload.IsValid(nonce) && 2 * nonce.Length >= Prf.Of(prf).OutputLength;

    /// <summary>Takes note of the peer's extensions, and writes the answer's payloads.</summary>
    /// <param name="ourKey">The data of our KE payload.</param>
    public static void Write(IkeSa sa, in IkeMessage request, ProposalMatch match, ReadOnlySpan<byte> ourKey, PayloadWriter answer)
    {
        IkeSelection selection = match.IkeSelection;
        sa.Nat = NatDetection.Read(request, sa.Path);
        sa.Fragmentation = request.HasNotify(NotifyType.FragmentationSupported);
        sa.Handshake.FullTranscript = request.HasNotify(NotifyType.FullTranscriptAuth);
        sa.Handshake.PeerHashes = SignatureHashes.Of(request);
        sa.Handshake.PpkUse = PpkAnswer.Choose(sa, request);

        SaPayload.Write(answer, ProtocolId.Ike, [], [match.Transforms], match.Proposal.Number);
        KeyExchangePayload.Write(answer, selection.InitialMethod, ourKey);
        NoncePayload.Write(answer, sa.Handshake.Nr);
        if (sa.Nat.PeerSupports)
            NatDetection.Write(sa, answer);
        if (sa.Fragmentation)
            NotifyPayload.Write(answer, NotifyType.FragmentationSupported);   // RFC 7383 2.3
        WriteCertificateMatters(sa, answer);
        PpkAnswer.WriteInit(sa, answer);
        // RFC 9242 3.1; strongSwan too answers it only where one will be run.
        if (selection.AdditionalMethods.Count > 0 || sa.Handshake.PpkUse == PpkUse.InIntermediate)
            NotifyPayload.Write(answer, NotifyType.IntermediateExchangeSupported);
        NotifyPayload.Write(answer, NotifyType.ChildlessSupported);           // RFC 6023 3
        NotifyPayload.Write(answer, NotifyType.FullTranscriptAuth);
    }

    /// <summary>Which connection is meant is not known yet: what one of them needs is said (RFC 7427 4, RFC 7296 3.7).</summary>
    private static void WriteCertificateMatters(IkeSa sa, PayloadWriter answer)
    {
        if (sa.Handshake.Acceptors.Any(acceptor => acceptor.Config.Authentication.UsesSignatures))
            SignatureHashes.Ours.Write(answer);
        List<ReadOnlyMemory<byte>> authorities = [];
        foreach (PeerCertificate wanted in sa.Handshake.Acceptors.Select(acceptor => acceptor.Config.Authentication.Remote).OfType<PeerCertificate>())
            authorities.AddRange(wanted.Anchors.KeyHashes.Where(hash => !authorities.Exists(other => other.Span.SequenceEqual(hash.Span))));
        if (authorities.Count > 0)
            CertificateRequestPayload.Write(answer, authorities.Take(IkeLimits.RequestedAuthorities));
    }

    /// <summary>The answer is made, and covered by AUTH as it is: from here on everything is encrypted.</summary>
    public static void Finish(IkeSa sa, IkeSelection selection, Secret secret)
    {
        sa.Keys.UseFirst(selection, secret);
        sa.MoveTo(IkeSaState.Initiating);
        sa.MoveTo(sa.IntermediateRounds > 0 ? IkeSaState.Intermediate : IkeSaState.Authenticating);
    }
}
