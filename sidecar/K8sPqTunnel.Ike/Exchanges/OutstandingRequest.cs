using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Our request whose answer is missing (RFC 7296 2.1: one at a time, repeated octet by octet).</summary>
/// <remarks>One object serves request after request.</remarks>
internal sealed class OutstandingRequest
{
    private IExchangeTask? _task;
    private byte[][]? _inTurn;

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
        Recut(datagrams);
        Sent = 0;
        return this;
    }

    /// <summary>The same message in other pieces.</summary>
    /// <param name="inTurnWith">What is sent instead every second time; null for nothing else.</param>
    public void Recut(byte[][] datagrams, byte[][]? inTurnWith = null) => (Datagrams, _inTurn) = (datagrams, inTurnWith);

    /// <summary>It has been sent in this form, and goes in the other one next, where it has two.</summary>
    public void Turn()
    {
        if (_inTurn is { } next)
            (Datagrams, _inTurn) = (next, Datagrams);
    }

    /// <summary>What was sent before counts no more.</summary>
    public void Forget() => Sent = 0;

    public void CountSending(TimeSpan now, RetransmissionPlan plan)
    {
        Sent++;
        Deadline = now + (Task is PathProbeTask { HasFallenBack: false } ? PathProbeTask.Patience : plan.WaitAfter(Sent));
    }
}
