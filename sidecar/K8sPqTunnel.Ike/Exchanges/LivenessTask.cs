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
        // Nothing to say is the question.
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message) => TaskStep.Done;
}
