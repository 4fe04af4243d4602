using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>UPDATE_SA_ADDRESSES: the initiator tells the responder which path IKE and the children are to run over (RFC 4555 3.5).</summary>
internal sealed class UpdateAddressesTask : IExchangeTask
{
    private PeerPath _path;
    private byte[] _cookie = [];

    public ExchangeType Exchange => ExchangeType.Informational;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        sa.Mobility.BeginUpdate();
        _path = sa.Path;
        NotifyPayload.Write(writer, NotifyType.UpdateSaAddresses);
        NatDetection.Write(sa, sa.Path, writer);
        // RFC 4555 3.7: that the peer receives at another address is not believed either, until it has shown it.
        _cookie = RoutabilityCookie.New(sa);
        NotifyPayload.Write(writer, NotifyType.Cookie2, _cookie);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        if (message.TryFindError(out NotifyPayload error))
            return TaskStep.Fail(Refused(sa, error), peerThinksItIsUp: true);
        if (!RoutabilityCookie.Comes(message, _cookie))
            return TaskStep.Fail(PeerErrors.Violation(sa, "its answer to UPDATE_SA_ADDRESSES lacks our COOKIE2"), peerThinksItIsUp: true);
        if (sa.Path != _path)
        {
            // RFC 4555 3.5: we have moved on while this was under way.
            sa.Mobility.AskForUpdate(sa);
            return TaskStep.Done;
        }

        sa.Nat = NatDetection.Read(message, sa.Path);
        sa.Mobility.SeenAs = NatDetection.DestinationIn(message);
        sa.Mobility.Use(sa, sa.Path);
        return TaskStep.Done;
    }

    private static IkeFailure Refused(IkeSa sa, in NotifyPayload error) => error.Type switch
    {
        NotifyType.UnexpectedNatDetected => new IkeFailure(
            FailureReason.PeerRefused, $"{PeerErrors.Peer(sa)} allows no NAT on the path, and there is one from {sa.Path.Local.Address}: begin without MOBIKE there"),
        NotifyType.UnacceptableAddresses => new IkeFailure(
            FailureReason.PeerRefused, $"{PeerErrors.Peer(sa)} does not accept our new address {sa.Path.Local.Address}: allow it there"),
        _ => new IkeFailure(FailureReason.PeerRefused, $"{PeerErrors.Peer(sa)} refuses our move to {sa.Path.Local.Address} with {error.Type}"),
    };
}
