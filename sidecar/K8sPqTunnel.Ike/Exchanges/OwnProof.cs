using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>How we prove who we are, in either role (RFC 7296 2.15): CERT, CERTREQ and AUTH, and what IKE_SA_INIT has to announce for it.</summary>
internal static class OwnProof
{
    /// <summary>IKE_SA_INIT: the hash functions that we take, where one end signs (RFC 7427 4).</summary>
    public static void WriteHashes(IkeSa sa, PayloadWriter writer)
    {
        if (sa.Config.Authentication.UsesSignatures)
            SignatureHashes.Ours.Write(writer);
    }

    /// <summary>Why no proof of ours could convince a peer that takes these hash functions; null when one can.</summary>
    public static IkeFailure? WhyNot(IkeSa sa, SignatureHashes peer)
    {
        if (sa.Config.Authentication is not { Local: LocalCertificate own, RsaSignature: var rsa } ||
            SignatureChoice.For(own.Key, peer, rsa, out string? flaw) is not null)
        {
            return null;
        }

        return new IkeFailure(FailureReason.ExtensionMissing, $"{PeerErrors.Peer(sa)} {flaw}");
    }

    /// <summary>Our certificate and those above it; none with a pre-shared key.</summary>
    public static void WriteCertificates(IkeSa sa, PayloadWriter writer)
    {
        if (sa.Config.Authentication.Local is LocalCertificate own)
            own.Chain.Write(writer);
    }

    /// <summary>Asks for a certificate of one of the authorities that we trust (RFC 7296 3.7).</summary>
    public static void WriteRequest(IkeSa sa, PayloadWriter writer)
    {
        if (sa.Config.Authentication.Remote is PeerCertificate wanted)
            CertificateRequestPayload.Write(writer, wanted.Anchors.KeyHashes);
    }

    /// <summary>The peer has asked for certificates, but not for such as ours, as far as our own trust anchors tell.</summary>
    public static bool IsOfOtherAuthority(IkeSa sa)
    {
        byte[] asked = sa.Handshake.PeerAuthorities;
        if (asked.Length == 0 || sa.Config.Authentication is not { Local: LocalCertificate own, Remote: PeerCertificate { Anchors: var known } })
            return false;
        byte[] issuer = own.Chain.Certificates[^1].IssuerName.RawData;
        IReadOnlyList<ReadOnlyMemory<byte>> ours = known.KeyHashesOf(issuer);
        return ours.Count > 0 && !asked.Chunk(CertificateRequestPayload.HashLength).Any(hash => ours.Any(each => each.Span.SequenceEqual(hash)));
    }

    /// <summary>The AUTH payload.</summary>
    /// <param name="skP">Our SK_p.</param>
    /// <param name="id">Our ID payload without generic header.</param>
    /// <param name="authMessageId">Of IKE_AUTH.</param>
    public static void Write(IkeSa sa, Secret skP, byte[] id, uint authMessageId, PayloadWriter writer) =>
        AuthenticationPayload.Write(writer, MethodOf(sa), Make(sa, skP, id, authMessageId));

    /// <summary>The data of the AUTH payload.</summary>
    public static byte[] Make(IkeSa sa, Secret skP, byte[] id, uint authMessageId)
    {
        PrfId prf = sa.Keys.Selection!.Algorithms.Prf;
        byte[] signed = sa.Handshake.SignedOctets(prf, sa.IsInitiator, skP, id, authMessageId);
        return sa.Config.Authentication.Local switch
        {
            LocalCertificate own => AuthSignature.Make(own.Key, Choose(sa, own), signed),
            LocalPreSharedKey own => PskAuth.Compute(prf, sa.Handshake.UsesFormerKey && sa.Config.Authentication.FormerKey is { } former ? former : own.Key, signed),
            _ => throw new InvalidOperationException("no credential"),
        };
    }

    private static AuthenticationMethod MethodOf(IkeSa sa) => sa.Config.Authentication.Local is LocalCertificate own
        ? Choose(sa, own).Method
        : AuthenticationMethod.SharedKey;

    private static SignatureChoice Choose(IkeSa sa, LocalCertificate own) =>
        SignatureChoice.For(own.Key, sa.Handshake.PeerHashes, sa.Config.Authentication.RsaSignature, out string? flaw) ??
        throw new InvalidOperationException($"the peer {flaw}");             // WhyNot was to be asked before.
}
