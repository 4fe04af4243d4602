using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Our request whose answer is missing (RFC 7296 2.1: one at a time, repeated octet by octet).</summary>
/// <param name="datagrams">The message, or all its fragments.</param>
internal sealed class OutstandingRequest(IExchangeTask task, uint messageId, byte[][] datagrams)
{
    public IExchangeTask Task { get; } = task;

    public ExchangeType Exchange => Task.Exchange;

    public uint MessageId { get; } = messageId;

    public byte[][] Datagrams { get; } = datagrams;

    /// <summary>How often it has been sent.</summary>
    public int Sent { get; private set; }

    /// <summary>When to send it again, or to give up.</summary>
    public TimeSpan Deadline { get; private set; }

    public void CountSending(TimeSpan now, RetransmissionPlan plan)
    {
        Sent++;
        Deadline = now + plan.WaitAfter(Sent);
    }
}
