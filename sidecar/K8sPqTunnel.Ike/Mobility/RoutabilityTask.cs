using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>
/// The return routability check: only when the peer has shown that it receives at the address that it claims do the children's packets
/// go there, so that nobody can turn them on a third party (RFC 4555 3.7).
/// </summary>
/// <param name="path">That the peer claims.</param>
internal sealed class RoutabilityTask(PeerPath path) : IExchangeTask
{
    private byte[] _cookie = [];

    public ExchangeType Exchange => ExchangeType.Informational;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        _cookie = RoutabilityCookie.New(sa);
        NotifyPayload.Write(writer, NotifyType.Cookie2, _cookie);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        // RFC 4555 3.7: an answer without the cookie ends the IKE SA.
        if (!RoutabilityCookie.Comes(message, _cookie))
            return TaskStep.Fail(
                PeerErrors.Violation(sa, $"it claims to be at {path.Remote}, but its answer from there lacks our COOKIE2"), peerThinksItIsUp: true);
        // Where it has moved on meanwhile, another check is under way.
        if (sa.Path == path)
            sa.Mobility.Use(sa, path);
        return TaskStep.Done;
    }
}
