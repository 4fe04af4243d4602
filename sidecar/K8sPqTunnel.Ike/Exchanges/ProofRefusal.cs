using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>
/// An initiator that does not take our proof has no answer left to say so in: it uses the INFORMATIONAL right behind IKE_AUTH, and that ends
/// the IKE SA at both ends without a Delete (RFC 7296 2.21.2). strongSwan does.
/// </summary>
internal static class ProofRefusal
{
    private static readonly NotifyType[] Fatal = [NotifyType.AuthenticationFailed, NotifyType.InvalidSyntax, NotifyType.UnsupportedCriticalPayload];

    /// <summary>Ends the SA where the request says so.</summary>
    public static void Take(IkeSa sa, in IkeMessage request)
    {
        if (sa.IsInitiator || sa.Succession.Generation > 0 || request.Header.MessageId != IdOfAuth(sa) + 1)
            return;
        foreach (NotifyType error in Fatal)
        {
            if (!request.TryFindNotify(error, out NotifyPayload notify))
                continue;
            sa.Die(error == NotifyType.AuthenticationFailed
                ? PeerErrors.InAuth(sa, notify)
                : new IkeFailure(FailureReason.PeerRefused, $"{PeerErrors.Peer(sa)} refuses our IKE_AUTH answer with {error} and has closed the IKE SA: its log says why"));
            return;
        }
    }

    private static uint IdOfAuth(IkeSa sa) => sa.FirstPeerRequestId + (uint)sa.IntermediateRounds;
}
