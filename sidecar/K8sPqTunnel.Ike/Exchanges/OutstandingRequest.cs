using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Our request whose answer is missing (RFC 7296 2.1: one at a time, repeated octet by octet).</summary>
/// <remarks>One object serves request after request.</remarks>
internal sealed class OutstandingRequest
{
    private IExchangeTask? _task;

    public IExchangeTask Task => _task ?? throw new InvalidOperationException("no request was begun");

    public ExchangeType Exchange => Task.Exchange;

    public uint MessageId { get; private set; }

    /// <summary>The message, or all its fragments; the last one's after its answer, whose memory may serve again.</summary>
    public byte[][] Datagrams { get; private set; } = [];

    /// <summary>How often it has been sent.</summary>
    public int Sent { get; private set; }

    /// <summary>When to send it again, or to give up.</summary>
    public TimeSpan Deadline { get; private set; }

    /// <param name="datagrams">The message, or all its fragments.</param>
    public OutstandingRequest Begin(IExchangeTask task, uint messageId, byte[][] datagrams)
    {
        _task = task;
        MessageId = messageId;
        Datagrams = datagrams;
        Sent = 0;
        return this;
    }

    /// <summary>The same message in other pieces.</summary>
    public void Recut(byte[][] datagrams) => Datagrams = datagrams;

    /// <summary>What was sent before counts no more.</summary>
    public void Forget() => Sent = 0;

    public void CountSending(TimeSpan now, RetransmissionPlan plan)
    {
        Sent++;
        Deadline = now + (Task is PathProbeTask { HasFallenBack: false } ? PathProbeTask.Patience : plan.WaitAfter(Sent));
    }
}
