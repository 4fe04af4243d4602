using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>An empty INFORMATIONAL exchange: whoever answers is alive (RFC 7296 1.4, 2.4).</summary>
internal sealed class LivenessTask : IExchangeTask
{
    private LivenessTask()
    {
        // One serves for all: it has nothing to remember.
    }

    public static LivenessTask Instance { get; } = new();

    public ExchangeType Exchange => ExchangeType.Informational;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        // Nothing to say is the question. RFC 4555 3.8: but behind a NAT it is also whether that shows us as before.
        if (WatchesNat(sa))
            NatDetection.Write(sa, writer);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        if (WatchesNat(sa) &&
            message.TryFindNotify(NotifyType.NatDetectionDestinationIp, out NotifyPayload notify) &&
            !notify.Data.SequenceEqual(sa.Mobility.SeenAs))
        {
            sa.Mobility.AskForUpdate(sa);
        }

        return TaskStep.Done;
    }

    private static bool WatchesNat(IkeSa sa) => sa.Mobility.Decides && sa.Nat.LocalBehindNat;
}
