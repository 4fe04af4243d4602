using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Whether a peer is who it has to be, in either role (RFC 7296 2.15): its ID, CERT and AUTH payloads.</summary>
internal static class PeerProof
{
    /// <summary>
    /// Judges the proof in an IKE_AUTH message. Where the answer is <see cref="ProofStep.Pending"/>, to be called again with the same
    /// message when <see cref="Handshake.CheckVerdict"/> is there.
    /// </summary>
    /// <param name="proofWithoutPpk">Counts instead of the AUTH payload's data: NO_PPK_AUTH (RFC 8784 3); else empty.</param>
    public static ProofStep Take(IkeSa sa, in IkeMessage message, ReadOnlySpan<byte> proofWithoutPpk = default)
    {
        PayloadType idType = sa.IsInitiator ? PayloadType.IdentityResponder : PayloadType.IdentityInitiator;
        if (!message.TryFind(idType, out ReadOnlySpan<byte> idBody) ||
            !IdentityPayload.TryRead(idBody, out IdentityPayload id) ||
            !message.TryFind(PayloadType.Authentication, out ReadOnlySpan<byte> authBody) ||
            !AuthenticationPayload.TryRead(authBody, out AuthenticationPayload auth))
        {
            return ProofStep.Refused(PeerErrors.Violation(sa, "its IKE_AUTH message lacks a payload or has a malformed one"));
        }

        if (!proofWithoutPpk.IsEmpty)
            auth = new AuthenticationPayload(auth.Method, proofWithoutPpk);

        var identity = new IkeIdentity(id.Type, id.Data);
        if (sa.Handshake.Check is null)
        {
            PrfId prf = sa.Keys.Selection!.Algorithms.Prf;
            byte[] signed = sa.Handshake.SignedOctets(prf, !sa.IsInitiator, sa.Keys.PeerSkP, idBody, message.Header.MessageId);
            IkeFailure? failure = sa.Config.Authentication.Remote switch
            {
                PeerCertificate wanted => TakeSignature(sa, message, wanted, identity, auth, signed),
                PeerPreSharedKey wanted => TakePreSharedKey(sa, wanted, auth, signed),
                _ => throw new InvalidOperationException("no credential"),
            };
            if ((failure ?? OtherIdentity(sa, identity)) is { } refusal)
                return ProofStep.Refused(refusal);
            if (sa.Handshake.Check is { } check)
                sa.Handshake.CheckVerdict = Ask(sa, check);
        }

        if (sa.Handshake.Check is { } asked)
        {
            if (sa.Handshake.CheckVerdict is not { } verdict)
                return ProofStep.Pending;
            asked.Chain.Dispose();
            if (!verdict.IsTrusted)
                return ProofStep.Refused(ProofErrors.Untrusted(sa, verdict));
        }

        // Where the connection names it, there is no need for another one.
        sa.PeerIdentity = identity.Equals(sa.Config.RemoteIdentity) ? sa.Config.RemoteIdentity : identity;
        return ProofStep.Proved;
    }

    private static IkeFailure? TakePreSharedKey(
        IkeSa sa, PeerPreSharedKey wanted, in AuthenticationPayload auth, ReadOnlySpan<byte> signed)
    {
        if (auth.Method != AuthenticationMethod.SharedKey)
            return ProofErrors.OtherMethod(sa, auth.Method);
        PrfId prf = sa.Keys.Selection!.Algorithms.Prf;
        if (PskAuth.Verify(prf, wanted.Key, signed, auth.Data))
            return null;
        if (sa.Config.Authentication.FormerKey is not { } former || !PskAuth.Verify(prf, former, signed, auth.Data))
            return ProofErrors.OtherKey(sa);
        sa.Handshake.UsesFormerKey = true;
        return null;
    }

    /// <summary>The signature first: only who holds the private key has certificates looked at, and the network asked.</summary>
    private static IkeFailure? TakeSignature(
        IkeSa sa,
        in IkeMessage message,
        PeerCertificate wanted,
        IkeIdentity identity,
        in AuthenticationPayload auth,
        ReadOnlySpan<byte> signed)
    {
        if (auth.Method == AuthenticationMethod.SharedKey)
            return ProofErrors.OtherMethod(sa, auth.Method);
        if (CertificateChain.Read(message, out string? flaw) is not { } chain)
            return ProofErrors.BadCertificate(sa, flaw!);

        // A peer that could sign with SHA-2 does not get away with SHA-1.
        bool takesSha1 = sa.Config.Authentication.RsaSignature == RsaSignature.Sha1 && sa.Handshake.PeerHashes.IsEmpty;
        VerificationKey? key = chain.LeafKey(out flaw);
        IkeFailure? failure = key is null
            ? ProofErrors.BadCertificate(sa, $"has a certificate whose key {flaw}")
            : AuthSignature.Verify(key, auth.Method, auth.Data, signed, takesSha1) is { } wrong
                ? ProofErrors.WrongSignature(sa, wrong)
                : null;
        if (failure is null && !CertificateNames.Vouches(chain.Leaf, identity))
            failure = ProofErrors.NotVouchedFor(sa, identity, CertificateNames.Describe(chain.Leaf));
        if (failure is null)
        {
            sa.Handshake.Check =
                new CertificateCheck(sa.Config.Name, chain, wanted.Anchors, wanted.Revocation) { LocalSpi = sa.LocalSpi };
        }
        else
        {
            chain.Dispose();
        }

        return failure;
    }

    private static IkeFailure? OtherIdentity(IkeSa sa, IkeIdentity identity) =>
        sa.Config.RemoteIdentity is { } expected && !IdentityRule.Matches(expected, identity)
            ? ProofErrors.OtherIdentity(sa, identity, expected)
            : null;

    private static CertificateVerdict? Ask(IkeSa sa, CertificateCheck check) => sa.Environment.Certificates is { } verifier
        ? verifier.Check(check)
        : new CertificateVerdict("cannot be checked: this daemon checks no certificates");
}
