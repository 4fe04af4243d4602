using System.Net;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>What a peer's INFORMATIONAL says of addresses, and our part of the answer (RFC 4555 3.5 to 3.9).</summary>
internal static class MobilityAnswer
{
    public static void HandleRequest(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        // An empty one is a liveness check: nearly all are.
        if (message.Payloads.IsEmpty)
            return;
        // RFC 4555 3.7: as it came; a check that a rekey has overtaken is answered too.
        if (sa.Mobility.IsAgreed && message.TryFindNotify(NotifyType.Cookie2, out NotifyPayload cookie))
            NotifyPayload.Write(answer, NotifyType.Cookie2, cookie.Data);
        if (sa.State != IkeSaState.Established)
            return;
        if (RedirectNotify.TargetIn(sa, message) is { } target)
        {
            // RFC 5685 6: the SA stays until the other gateway has taken us.
            sa.RedirectTo = target;
            sa.NeedsReplacement = true;
        }

        if (!sa.Mobility.IsAgreed)
            return;

        if (message.HasNotify(NotifyType.UpdateSaAddresses) && !sa.Mobility.Decides)
            Update(sa, message, answer);
        else if (message.HasNotify(NotifyType.NatDetectionSourceIp))
            NatDetection.Write(sa, sa.ArrivalPath, answer);              // RFC 4555 3.8: what the peer asks for is our view.
        if (MobikeNotifies.AddressesIn(message) is { } addresses)
            Choose(sa, addresses);
    }

    /// <summary>The initiator has moved: IKE follows at once, the children when it has shown that it receives there.</summary>
    private static void Update(IkeSa sa, in IkeMessage message, PayloadWriter answer)
    {
        if (MobikeNotifies.MeetsForbiddenNat(message, sa.ArrivalPath))
        {
            NotifyPayload.Write(answer, NotifyType.UnexpectedNatDetected);
            return;
        }

        PeerPath claimed = sa.ArrivalPath;
        sa.Mobility.Leave(sa, claimed);
        if (message.HasNotify(NotifyType.NatDetectionSourceIp))
            sa.Nat = NatDetection.Read(message, claimed);
        NatDetection.Write(sa, claimed, answer);
        sa.Asked.Enqueue(new RoutabilityTask(claimed));
    }

    /// <summary>The responder tells where it is to be had: where it is used it may not be any more.</summary>
    private static void Choose(IkeSa sa, IReadOnlyList<IPAddress> addresses)
    {
        // RFC 4555 3.6: the address that the message came from is one of them.
        PeerPath seen = sa.ArrivalPath;
        sa.Mobility.PeerAddresses = [.. addresses.Where(address => !address.Equals(seen.Remote.Address))];
        if (!sa.Mobility.Decides || sa.Path.Remote.Address.Equals(seen.Remote.Address) || addresses.Contains(sa.Path.Remote.Address))
            return;
        sa.Mobility.Leave(sa, seen);
        sa.Mobility.AskForUpdate(sa);
    }
}
