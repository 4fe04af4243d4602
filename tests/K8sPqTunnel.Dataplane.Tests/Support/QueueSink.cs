using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Remembers the packets of each queue, and fails where two threads write to one queue at a time.</summary>
internal sealed unsafe class QueueSink(int queues) : IInnerSink
{
    private readonly int[] _writers = new int[queues];
    private readonly List<byte[]>[] _packets = [.. Enumerable.Range(0, queues).Select(_ => new List<byte[]>())];

    /// <summary>Of a queue, in the order in which they came.</summary>
    public IReadOnlyList<byte[]> this[int queue] => _packets[queue];

    public bool TryDeliver(int queue, ReadOnlySpan<IoVector> frame)
    {
        Assert.Equal(1, Interlocked.Increment(ref _writers[queue]));
        List<byte> octets = [];
        foreach (IoVector piece in frame)
            octets.AddRange(new ReadOnlySpan<byte>(piece.Start, (int)piece.Length));
        _packets[queue].Add([.. octets.Skip(VirtioNetHeader.Length)]);
        Assert.Equal(0, Interlocked.Decrement(ref _writers[queue]));
        return true;
    }
}
