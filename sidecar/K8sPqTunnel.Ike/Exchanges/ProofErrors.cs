using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Puts into sentences why one end does not take the other's proof.</summary>
internal static class ProofErrors
{
    /// <summary>The peer proves itself by other means than are configured.</summary>
    public static IkeFailure OtherMethod(IkeSa sa, AuthenticationMethod method) => new(
        FailureReason.AuthenticationFailed,
        sa.Config.Authentication.Remote is PeerCertificate
            ? $"{PeerErrors.Peer(sa)} proves itself by a pre-shared key, but a certificate is configured for it: set the peer to certificates"
            : $"{PeerErrors.Peer(sa)} proves itself by method {(int)method}, but a pre-shared key is configured: set the peer to PSK");

    public static IkeFailure OtherKey(IkeSa sa) => new(
        FailureReason.AuthenticationFailed,
        $"{PeerErrors.Peer(sa)} does not know our pre-shared key: compare the key on both ends, without a line end at its end");

    /// <param name="flaw">Follows the peer's name.</param>
    public static IkeFailure WrongSignature(IkeSa sa, string flaw) =>
        new(FailureReason.AuthenticationFailed, $"{PeerErrors.Peer(sa)} {flaw}");

    /// <param name="flaw">Follows the peer's name.</param>
    public static IkeFailure BadCertificate(IkeSa sa, string flaw) =>
        new(FailureReason.CertificateRefused, $"{PeerErrors.Peer(sa)} {flaw}");

    public static IkeFailure Untrusted(IkeSa sa, CertificateVerdict verdict) => new(
        verdict.IsUnanswered ? FailureReason.CertificateUnchecked : FailureReason.CertificateRefused,
        $"{PeerErrors.Peer(sa)} shows a certificate that is refused: {verdict.Objection}");

    public static IkeFailure NotVouchedFor(IkeSa sa, IkeIdentity identity, string names) => new(
        FailureReason.PeerIdentityMismatch,
        $"{PeerErrors.Peer(sa)} says that it is {identity}, but its certificate is for {names}: have it send one of these as its identity, or " +
        "issue a certificate with that subject alternative name");

    public static IkeFailure OtherIdentity(IkeSa sa, IkeIdentity identity, IkeIdentity expected) => new(
        FailureReason.PeerIdentityMismatch,
        $"{PeerErrors.Peer(sa)} is {identity}, but {expected} is expected: set spec.peer.id to what the peer is called");

    /// <summary>What to look at where the peer does not take our proof.</summary>
    public static string Advice(IkeSa sa)
    {
        if (sa.Config.Authentication.Local is not LocalCertificate own)
            return "compare the pre-shared key on both ends";
        string authority = own.Chain.Certificates[^1].IssuerName.Name;
        return OwnProof.IsOfOtherAuthority(sa)
            ? $"it asks for certificates of other authorities than {authority}, which issued ours: have it trust that one"
            : $"it has to trust {authority}, which issued our certificate; compare the clocks of both ends";
    }
}
