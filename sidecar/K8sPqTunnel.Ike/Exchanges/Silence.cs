using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Says what a request that stays without an answer tells of the peer and of the path to it.</summary>
internal static class Silence
{
    /// <param name="request">Given up.</param>
    /// <param name="answer">What has come of its answer.</param>
    public static IkeFailure Of(IkeSa sa, OutstandingRequest request, Reassembler answer)
    {
        string peer = PeerErrors.Peer(sa);
        if (sa.State == IkeSaState.Established)
            return new IkeFailure(
                FailureReason.PeerUnreachable, $"{peer} answers no more ({request.Sent} tries of {request.Exchange}): check the path to it");

        if (answer.Received > 0)
            return new IkeFailure(
                FailureReason.FragmentsLost,
                $"{peer} answers {request.Exchange} in {answer.Total} fragments, of which only {answer.Received} arrive: something on the path " +
                "drops the others. Have the peer send smaller ones, and let firewalls pass UDP packets of that size");

        string asked = $"{request.Exchange} ({request.Sent} tries of {request.Datagrams.Sum(datagram => datagram.Length)} octets";
        if (request.Datagrams.Length > 1)
            return new IkeFailure(
                FailureReason.FragmentsLost,
                $"{peer} answers IKE_SA_INIT, but not {asked} in {request.Datagrams.Length} fragments): they or the answer are lost on the path. " +
                (sa.FragmentIpSize < sa.Config.FragmentIpSize
                    ? $"Not even IP packets of {sa.FragmentIpSize} octets pass: turn IKE fragmentation on at the peer, and let firewalls pass UDP of that size"
                    : $"Set spec.transport.fragmentSize below {sa.FragmentIpSize}, for example 576, and turn IKE fragmentation on at the peer"));

        return request.Exchange switch
        {
            ExchangeType.IkeIntermediate => new IkeFailure(
                FailureReason.IntermediateUnanswered,
                $"{peer} agrees to additional key exchanges, but does not answer {asked}): it ignores IKE_INTERMEDIATE, or its answer, which is " +
                "as large, is lost on the path. Turn IKE fragmentation on at the peer; spec.transport.fragmentSize makes ours smaller"),
            ExchangeType.IkeAuth => new IkeFailure(
                FailureReason.PeerUnreachable,
                $"{peer} answers what comes before, but not {asked}): its log says why. Some peers stay silent to an identity that they do not " +
                $"know (we are {sa.Config.LocalIdentity}) or to another key"),
            _ => new IkeFailure(
                FailureReason.PeerUnreachable,
                $"{peer} does not answer {request.Exchange} on UDP port {sa.Path.Remote.Port} ({request.Sent} tries): " +
                "check the address, and firewalls for UDP 500 and 4500"),
        };
    }
}
