using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

/// <summary>Several threads open packets of one SA side by side: what comes out is what one thread alone would let through.</summary>
public sealed class InboundOrderTests
{
    private const int Queues = 3;
    private const int Threads = 4;

    private static readonly Gen<Wire> Wires =
        from window in Gen.Elements(0, 1, 32, 64, 1000, 4096)
        from wantsExtended in Gen.Elements(false, true)
        // Without a window nothing says which old numbers of 64 bits are still understood.
        let extended = wantsExtended && window > 0
        from flows in Gen.Choose(1, 9)
        from count in Gen.Choose(1, 400)
        from late in Gen.Choose(0, count).ListOf(20)
        from twice in Gen.Choose(0, count - 1).ListOf(20)
        from sizes in Gen.Choose(1, 40).ListOf(10)
        select new Wire(window, extended, flows, count, [.. late], [.. twice], [.. sizes]);

    [Fact]
    public void Any_packets_in_any_order_pass_as_with_one_thread_and_each_flow_stays_in_order() =>
        Prop.ForAll(Wires.ToArbitrary(), wire =>
        {
            SaPair pair = SaPair.Create(SaPair.AesGcm256 with { ExtendedSequenceNumbers = wire.Extended }, wire.Window);
            byte[][] sent = wire.Send(pair);
            (QueueSink alone, Dictionary<string, long> dropsAlone) = Receive(pair, wire, sent, threads: 1);
            (QueueSink together, Dictionary<string, long> drops) = Receive(pair, wire, sent, Threads);

            // What is too old for the window is refused as such, or for its guessed upper half, whichever is noticed first.
            Assert.Equal(Old(dropsAlone), Old(drops));
            for (int queue = 0; queue < Queues; queue++)
                Assert.Equal(alone[queue], together[queue]);
            if (wire.Window == 0)
                return;
            uint[] numbers = [.. Enumerable.Range(0, Queues).SelectMany(queue => together[queue]).Select(NumberOf)];
            Assert.Equal(numbers.Length, numbers.Distinct().Count());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Several_threads_open_packets_without_managed_memory()
    {
        const int rounds = 6, batches = 80, size = 20;
        SaPair pair = SaPair.Create(window: 4096);
        var wire = new Wire(4096, false, 5, rounds * batches * size, [], [], [size]);
        byte[][] sent = wire.Send(pair);
        using var database = new SaDatabase();
        database.Add(new InboundSa(pair.Right, workers: Threads));
        var pipeline = new EspPipeline(database, new NoTransport(), new NullSink(), null, queues: Queues);
        long[] allocated = new long[rounds];
        Run(pair, wire, sent, pipeline, Threads, (batch, receive) =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            receive();
            Interlocked.Add(ref allocated[Math.Min(rounds - 1, batch / batches)], GC.GetAllocatedBytesForCurrentThread() - before);
        });
        Assert.Equal(sent.Length, pipeline.ReadCounters().InboundPackets);
        // What is made once (room in lists, a lock that somebody waits for) comes in some of them.
        Assert.Equal(0, allocated.Min());
    }

    [Fact]
    public async Task An_SA_that_is_removed_while_threads_open_by_it_ends_without_a_fault()
    {
        for (uint spi = 0x1000; spi < 0x1000 + 40; spi += 2)
        {
            SaPair pair = SaPair.Create(spi: spi, window: 4096);
            var wire = new Wire(4096, false, 3, 2000, [], [], [10]);
            byte[][] sent = wire.Send(pair);
            using var database = new SaDatabase();
            database.Add(new InboundSa(pair.Right, workers: 2));
            var pipeline = new EspPipeline(database, new NoTransport(), new NullSink(), null, queues: Queues);
            using var began = new ManualResetEventSlim();
            Task removing = Task.Run(() =>
            {
                began.Wait();
                database.Remove(pair.Right.InboundSpi, pair.Right.OutboundSpi);
            });
            Run(pair, wire, sent, pipeline, Threads, (batch, receive) =>
            {
                if (batch == 50)
                    began.Set();
                receive();
            });
            await removing;
            DataplaneCounters counters = pipeline.ReadCounters();
            Assert.InRange(counters.InboundPackets, 1, sent.Length);
            Assert.Equal(sent.Length, counters.InboundPackets + counters.Drops["XfrmInNoStates"]);
        }
    }

    private static Dictionary<string, long> Old(Dictionary<string, long> drops)
    {
        var together = new Dictionary<string, long>(drops);
        together.Remove("XfrmInStateProtoError", out long unauthentic);
        together["XfrmInStateSeqError"] += unauthentic;
        return together;
    }

    private static (QueueSink Sink, Dictionary<string, long> Drops) Receive(SaPair pair, Wire wire, byte[][] sent, int threads)
    {
        using var database = new SaDatabase();
        database.Add(new InboundSa(pair.Right, workers: threads));
        var sink = new QueueSink(Queues);
        var pipeline = new EspPipeline(database, new NoTransport(), sink, null, queues: Queues);
        Run(pair, wire, sent, pipeline, threads, (_, receive) => receive());
        return (sink, new Dictionary<string, long>(pipeline.ReadCounters().Drops));
    }

    /// <summary>Threads take batches from the wire in turn, as those of a socket do.</summary>
    private static void Run(SaPair pair, Wire wire, byte[][] sent, EspPipeline pipeline, int threads, Action<int, Action> around)
    {
        List<EspDatagram[]> batches = wire.Cut(sent, pair);
        // The first number of all, so that the others are near it.
        pipeline.Receive(batches[0]);
        var line = new TurnLine();
        var taking = new Lock();
        int next = 1;
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            var opened = new OpenedBatch();
            int batch = 0;
            long place = 0;
            Action receive = () =>
            {
                pipeline.Open(batches[batch], opened);
                line.Await(place);
                opened.Accept();
                line.Pass(place);
                opened.Deliver();
            };
            while (true)
            {
                lock (taking)
                {
                    if (next == batches.Count)
                        return;
                    batch = next++;
                    place = line.Take();
                }
                around(batch, receive);
            }
        }))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
    }

    private static uint NumberOf(byte[] packet) => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(28));

    /// <summary>What arrives: packets of some flows in the order of their numbers, but for some that come late or twice, in batches of some sizes.</summary>
    private sealed record Wire(int Window, bool Extended, int Flows, int Count, int[] Late, int[] Twice, int[] BatchSizes)
    {
        public byte[][] Send(SaPair pair)
        {
            // Of extended numbers some are below 2^32, some above.
            using var peer = new OutboundSa(pair.Left, Extended ? 0xffff_ffff - (ulong)(Count / 2) : 0);
            List<byte[]> sent = [];
            for (int i = 0; i < Count; i++)
            {
                byte[] packet = Packets.Make("10.1.0.1", "10.2.0.1", 60, sourcePort: (ushort)(1000 + i % Flows));
                BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(28), (uint)i);
                packet.AsSpan(26, 2).Clear();                           // No checksum, so nothing is merged.
                sent.Add(peer.SealOne(packet));
            }
            foreach (int late in Late.Where(late => late > 0 && late < sent.Count))
            {
                byte[] packet = sent[late];
                sent.RemoveAt(late);
                sent.Insert(Math.Min(sent.Count, late + 1 + late % 80), packet);
            }
            foreach (int twice in Twice)
                sent.Insert(1 + twice * 3 % sent.Count, (byte[])sent[twice].Clone());
            return [.. sent];
        }

        public List<EspDatagram[]> Cut(byte[][] sent, SaPair pair)
        {
            List<EspDatagram[]> batches = [];
            int size = 0;
            for (int begin = 0; begin < sent.Length; begin += size)
            {
                size = begin == 0 ? 1 : Math.Min(BatchSizes[batches.Count % BatchSizes.Length], sent.Length - begin);
                batches.Add([.. sent.AsSpan(begin, size).ToArray().Select(esp => new EspDatagram(pair.Right.Path, (byte[])esp.Clone()))]);
            }
            return batches;
        }
    }

    private sealed class NullSink : IInnerSink
    {
        public bool TryDeliver(int queue, ReadOnlySpan<Interop.IoVector> frame) => true;
    }
}
