namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>One queue of the inner side: a flow's packets all go by the same one, and threads write to it one after the other.</summary>
internal sealed class InnerQueue(IInnerSink sink, int number)
{
    public TurnLine Line { get; } = new();

    /// <summary>For who has the turn.</summary>
    public PacketMerger Merger { get; } = new(sink, number);
}
