using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Deletion of child SAs: those that we have replaced, that are redundant, or whose lifetime is over (RFC 7296 1.4.1).</summary>
internal sealed class DeleteChildrenTask(IReadOnlyList<Child> children) : IExchangeTask
{
    public ExchangeType Exchange => ExchangeType.Informational;

    public void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer)
    {
        foreach (Child child in children)
            child.State = ChildState.Deleting;
        DeletePayload.WriteEsp(writer, [.. children.Select(child => child.Sa.InboundSpi)]);
    }

    public TaskStep HandleResponse(IkeSa sa, in IkeMessage message)
    {
        // RFC 7296 1.4.1: whatever the answer says of the other halves, the pairs are gone.
        foreach (Child child in children)
        {
            if (child.State == ChildState.Deleting)
                sa.Children.Delete(sa.Now, child);
        }

        return TaskStep.Done;
    }
}
