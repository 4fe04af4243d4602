using System.Buffers;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>
/// ESP packets on their way in, in three steps: <see cref="IEspReceiver.Open"/> puts them here, beside other threads;
/// <see cref="Accept"/> holds them against the anti-replay windows, one thread after the other in the order in which they were received;
/// <see cref="Deliver"/> hands them on, beside other threads again, the packets of a flow in that order. Not for two threads at once.
/// </summary>
/// <param name="order">Shared by all batches whose packets may belong to the same data planes.</param>
public sealed class OpenedBatch(Lock order)
{
    private readonly List<OpenedPacket> _packets = [];
    private readonly List<Run> _runs = [];
    private readonly List<Place> _places = [];
    private readonly List<MemoryHandle> _held = [];

    /// <summary>For data planes that share packets with no others.</summary>
    public OpenedBatch()
        : this(new Lock())
    {
    }

    /// <summary>Authentic packets in it.</summary>
    internal int Count => _packets.Count;

    /// <summary>The second step.</summary>
    public void Accept()
    {
        if (_packets.Count == 0)
            return;
        foreach (Run run in _runs)
            run.Pipeline.Accept(PacketsOf(run));
        // All at once: of two batches that both go to several queues, one is the first in each, so they never wait for each other.
        lock (order)
        {
            foreach (Run run in _runs)
                Queue(run);
        }
    }

    /// <summary>The third step; afterwards the batch is empty.</summary>
    public void Deliver()
    {
        int delivered = 0;
        try
        {
            foreach (Run run in _runs)
                run.Pipeline.Sort(PacketsOf(run));
            foreach (Place place in _places)
            {
                place.Queue.Line.Await(place.Number);
                delivered++;
                try
                {
                    place.Pipeline.Deliver(place.Queue, PacketsOf(place));
                }
                finally
                {
                    place.Queue.Line.Pass(place.Number);
                }
            }
        }
        finally
        {
            foreach (Place place in CollectionsMarshal.AsSpan(_places)[delivered..])
            {
                place.Queue.Line.Await(place.Number);
                place.Queue.Line.Pass(place.Number);
            }
            Clear();
        }
    }

    /// <summary>Keeps received octets in their place until they are delivered.</summary>
    internal void Hold(Memory<byte> payload) => _held.Add(payload.Pin());

    /// <summary>Takes a packet; its octets are held.</summary>
    internal void Add(OpenedPacket packet) => _packets.Add(packet);

    /// <summary>The packets from <paramref name="first"/> on are all of one data plane.</summary>
    internal void Close(EspPipeline pipeline, int first)
    {
        if (_packets.Count > first)
            _runs.Add(new Run(pipeline, first, _packets.Count));
    }

    private void Queue(in Run run)
    {
        uint queues = 0;
        foreach (ref readonly OpenedPacket packet in PacketsOf(run))
            queues |= packet.IsWanted ? 1u << packet.Queue : 0;
        for (int number = 0; queues != 0; number++, queues >>= 1)
        {
            if ((queues & 1) == 0)
                continue;
            InnerQueue queue = run.Pipeline.InnerQueues[number];
            _places.Add(new Place(run.Pipeline, queue, queue.Line.Take(), run.First, run.End));
        }
    }

    private Span<OpenedPacket> PacketsOf(in Run run) => CollectionsMarshal.AsSpan(_packets)[run.First..run.End];

    private Span<OpenedPacket> PacketsOf(in Place place) => CollectionsMarshal.AsSpan(_packets)[place.First..place.End];

    private void Clear()
    {
        foreach (MemoryHandle held in _held)
            held.Dispose();
        _held.Clear();
        _places.Clear();
        _runs.Clear();
        _packets.Clear();
    }

    private readonly record struct Run(EspPipeline Pipeline, int First, int End);

    /// <summary>In the line of a queue, for some of a run's packets.</summary>
    private readonly record struct Place(EspPipeline Pipeline, InnerQueue Queue, long Number, int First, int End);
}
