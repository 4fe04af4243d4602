using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class EspPipelineTests : IDisposable
{
    private static readonly TrafficSelector Everything = TrafficSelector.Of(IPNetwork.Parse("0.0.0.0/0"));
    private readonly SaDatabase _database = new();
    private readonly NoTransport _transport = new();
    private readonly CollectingSink _sink = new();
    private readonly List<PeerPath> _moves = [];
    private readonly EspPipeline _pipeline;

    public EspPipelineTests() => _pipeline = new EspPipeline(_database, _transport, _sink, (_, path) => _moves.Add(path));

    public void Dispose() => _database.Dispose();

    [Fact]
    public void A_batch_leaves_in_one_batch_without_the_packets_that_no_SA_covers()
    {
        SaPair pair = SaPair.Create();
        _database.Add(new OutboundSa(pair.Left));
        byte[] good = Packets.Make("10.1.0.1", "10.2.0.1", trafficClass: 0xb8 | 2);
        int sent = _pipeline.SendInner([good, Packets.Make("10.1.0.1", "10.3.0.1"), Packets.Make("10.3.0.1", "10.2.0.1"), new byte[7], good]);

        Assert.Equal(2, sent);
        Assert.Equal(2, _transport.Sent.Count);
        Assert.All(_transport.Sent, datagram => Assert.Equal((pair.Left.Path, (byte)(0xb8 | 2)), (datagram.Path, datagram.TrafficClass)));
        DataplaneCounters counters = _pipeline.ReadCounters();
        Assert.Equal((2, 2L * good.Length, 3), (counters.OutboundPackets, counters.OutboundOctets, counters.Drops["XfrmOutNoStates"]));
    }

    [Fact]
    public void Every_drop_is_counted_under_its_own_name_and_nothing_dropped_gets_through()
    {
        // The peer's idea of the selectors is wider than ours.
        SaPair ours = SaPair.Create();
        SaPair wide = WithSelectors(ours, [Everything], [Everything]);
        _database.Add(new InboundSa(ours.Right));
        using var peer = new OutboundSa(wide.Left);
        byte[] good = Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1"));
        byte[] forged = Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1"));
        forged[^1] ^= 1;
        byte[] unknown = (byte[])good.Clone();
        unknown[0] ^= 1;

        Receive(good, (byte[])good.Clone(), forged, unknown, new byte[5], good[..20],
            Seal(peer, Packets.Make("10.9.0.1", "10.2.0.1")), Seal(peer, Packets.Make("10.1.0.1", "10.9.0.1")), Seal(peer, new byte[24]));

        Assert.Single(_sink.Packets);
        Dictionary<string, long> expected = new()
        {
            ["XfrmInStateSeqError"] = 1,
            ["XfrmInStateProtoError"] = 1,
            ["XfrmInNoStates"] = 1,
            ["XfrmInHdrError"] = 2,
            ["XfrmInStateMismatch"] = 2,
            ["XfrmInStateModeError"] = 1,
        };
        Assert.Equal(expected.OrderBy(drop => drop.Key), _pipeline.ReadCounters().Drops.Where(drop => drop.Value > 0).OrderBy(drop => drop.Key));
    }

    /// <summary>Who has the key can still pad wrongly: octets that are not 1, 2, 3, ..., or more of them than the packet has.</summary>
    [Theory]
    [InlineData(2, 1, 9)]
    [InlineData(2, 0, 1)]
    [InlineData(255, 0, 0)]
    public void An_authentic_packet_that_is_padded_wrongly_is_a_protocol_error(byte padLength, byte first, byte second)
    {
        SaPair pair = SaPair.Create();
        _database.Add(new InboundSa(pair.Right));
        using EspCipher cipher = EspTransforms.Create(pair.Left.Transform, pair.Left.OutboundKeys);
        byte[] packet = Packets.Make("10.1.0.1", "10.2.0.1");
        foreach (bool isRight in new[] { false, true })
        {
            byte[] esp = new byte[EspLayout.Aead.PayloadOffset + packet.Length + 4 + EspLayout.Aead.IcvLength];
            BinaryPrimitives.WriteUInt32BigEndian(esp, pair.Left.OutboundSpi.Value);
            BinaryPrimitives.WriteUInt32BigEndian(esp.AsSpan(EspFormat.SequenceOffset), isRight ? 2u : 1u);
            packet.CopyTo(esp, EspLayout.Aead.PayloadOffset);
            byte[] trailer = isRight ? [1, 2, 2, EspFormat.NextHeaderIpv4] : [first, second, padLength, EspFormat.NextHeaderIpv4];
            trailer.CopyTo(esp, EspLayout.Aead.PayloadOffset + packet.Length);
            cipher.Seal(esp, isRight ? 2u : 1u, extended: false);
            Receive(esp);
        }
        Assert.Equal(packet, Assert.Single(_sink.Packets));             // Rightly padded it passes: this test can fail.
        Assert.Equal(1, _pipeline.ReadCounters().Drops["XfrmInStateProtoError"]);
    }

    [Fact]
    public void A_congestion_mark_comes_in_and_one_that_the_inner_packet_cannot_bear_drops_it()
    {
        SaPair pair = SaPair.Create();
        _database.Add(new InboundSa(pair.Right));
        using var peer = new OutboundSa(pair.Left);
        foreach (byte inner in new byte[] { 2, 0 })
            _pipeline.Receive([new EspDatagram(pair.Right.Path, Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1", trafficClass: inner)), TrafficClass: 3)]);
        Assert.Equal(3, Assert.Single(_sink.Packets)[1] & 3);
        Assert.Equal(1, _pipeline.ReadCounters().Drops["XfrmInError"]);
    }

    [Fact]
    public void A_rekeyed_SA_sends_at_once_while_the_old_one_still_receives_until_it_is_removed()
    {
        SaPair old = SaPair.Create(spi: 0x1000);
        SaPair next = SaPair.Create(spi: 0x2000);
        using var oldPeer = new OutboundSa(old.Left);
        using var newPeer = new OutboundSa(next.Left);
        _database.Add(new InboundSa(old.Right));
        _database.Add(new OutboundSa(old.Right));
        _database.Add(new InboundSa(next.Right));
        _database.Add(new OutboundSa(next.Right));
        byte[] packet = Packets.Make("10.2.0.1", "10.1.0.1");
        _pipeline.SendInner([packet]);
        Assert.Equal(next.Right.OutboundSpi.Value, SpiOf(_transport.Sent[^1]));
        Receive(Seal(oldPeer, Packets.Make("10.1.0.1", "10.2.0.1")), Seal(newPeer, Packets.Make("10.1.0.1", "10.2.0.1")));
        Assert.Equal(2, _sink.Packets.Count);

        _database.Remove(old.Right.InboundSpi, old.Right.OutboundSpi);
        Receive(Seal(oldPeer, Packets.Make("10.1.0.1", "10.2.0.1")));
        Assert.Equal(2, _sink.Packets.Count);
        _database.Remove(next.Right.InboundSpi, next.Right.OutboundSpi);
        Assert.Equal(0, _pipeline.SendInner([packet]));
    }

    [Fact]
    public void A_peer_that_moves_is_reported_once_and_only_by_its_newest_authentic_packet()
    {
        SaPair pair = SaPair.Create();
        _database.Add(new InboundSa(pair.Right));
        using var peer = new OutboundSa(pair.Left);
        PeerPath before = pair.Right.Path;
        PeerPath after = before with { Remote = new IPEndPoint(before.Remote.Address, 40000) };
        byte[] delayed = Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1"));
        byte[] forged = Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1"));
        forged[20] ^= 1;

        _pipeline.Receive([new EspDatagram(before, Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1"))), new EspDatagram(after, forged)]);
        Assert.Empty(_moves);
        _pipeline.Receive([
            new EspDatagram(after, Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1"))),
            new EspDatagram(before, delayed),
            new EspDatagram(after, Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1")))]);
        Assert.Equal([after], _moves);
    }

    [Fact]
    public void A_moved_SA_sends_to_the_new_path_and_takes_packets_from_there_as_no_news()
    {
        SaPair pair = SaPair.Create();
        SaPair other = SaPair.Create(spi: 0x2000);
        using var peer = new OutboundSa(pair.Left);
        _database.Add(new InboundSa(pair.Right));
        _database.Add(new OutboundSa(other.Right));
        _database.Add(new OutboundSa(pair.Right));
        PeerPath after = pair.Right.Path with { Remote = new IPEndPoint(IPAddress.Parse("203.0.113.9"), 40000) };

        _database.Move(pair.Right.InboundSpi, pair.Right.OutboundSpi, after);
        _pipeline.SendInner([Packets.Make("10.2.0.1", "10.1.0.1")]);
        Assert.Equal(after, Assert.Single(_transport.Sent).Path);
        _pipeline.Receive([new EspDatagram(after, Seal(peer, Packets.Make("10.1.0.1", "10.2.0.1")))]);
        Assert.Empty(_moves);
        _database.Remove(pair.Right.InboundSpi, pair.Right.OutboundSpi);
        _pipeline.SendInner([Packets.Make("10.2.0.1", "10.1.0.1")]);
        Assert.Equal(other.Right.Path, _transport.Sent[^1].Path);
    }

    [Fact]
    public void Traffic_flow_padding_is_taken_off()
    {
        SaPair pair = SaPair.Create();
        _database.Add(new InboundSa(pair.Right));
        using var peer = new OutboundSa(pair.Left);
        byte[] packet = Packets.Make("10.1.0.1", "10.2.0.1");
        Receive(Seal(peer, [.. packet, .. new byte[100]]));             // RFC 4303 2.7
        Assert.Equal(packet, Assert.Single(_sink.Packets));
    }

    [Fact]
    public void A_packet_costs_no_memory_in_either_direction()
    {
        SaPair pair = SaPair.Create(window: 0);
        byte[] esp = Seal(new OutboundSa(pair.Left), Packets.Make("10.1.0.1", "10.2.0.1", 1400));
        byte[] packet = Packets.Make("10.2.0.1", "10.1.0.1", 1400);
        using var database = new SaDatabase();
        database.Add(new InboundSa(pair.Right));
        database.Add(new OutboundSa(pair.Right));
        var pipeline = new EspPipeline(database, new NullTransport(), new NullSink(), null);
        byte[] received = new byte[esp.Length];
        var opened = new OpenedBatch();
        void Pass()
        {
            esp.CopyTo(received, 0);                                    // It is opened in place.
            pipeline.Receive([new EspDatagram(pair.Right.Path, received)], opened);
            pipeline.SendInner([packet]);
        }
        Assert.Equal(0, Allocations.Of(Pass, repeats: 200));
        Assert.Equal((1000, 1000), (pipeline.ReadCounters().InboundPackets, pipeline.ReadCounters().OutboundPackets));
    }

    [Theory, MemberData(nameof(EspPropertyTests.Transforms), MemberType = typeof(EspPropertyTests))]
    public void A_super_packet_costs_no_memory_on_its_whole_way_and_arrives_as_one_frame(EspTransform transform)
    {
        SaPair pair = SaPair.Create(transform, window: 4096);
        using var database = new SaDatabase();
        database.Add(new InboundSa(pair.Right));
        var sink = new CountingSink();
        var opener = new EspPipeline(database, new NullTransport(), sink, null);
        var loop = new LoopTransport(opener);
        var sealer = new EspPipeline(database, loop, sink, null, queues: 1);
        database.Add(new OutboundSa(pair.Left, workers: sealer.Workers));
        byte[] packet = TcpPackets.Make(ipv6: false, 40 * 1386);
        var header = new VirtioNetHeader
        {
            NeedsChecksum = true,
            Segmentation = Segmentation.TcpIpv4,
            SegmentLength = 1386,
            ChecksumStart = 20,
            ChecksumOffset = 16,
        };
        byte[] frame = new byte[VirtioNetHeader.Length + packet.Length];
        MemoryMarshal.Write(frame, header);
        packet.CopyTo(frame, VirtioNetHeader.Length);
        Assert.Equal(0, Allocations.Of(() => sealer.SendFrames(0, [frame]), repeats: 14));
        Assert.Equal((70 * 40, 70 * 40L, 0), (sealer.ReadCounters().OutboundPackets, opener.ReadCounters().InboundPackets, opener.ReadCounters().Drops.Values.Sum()));
        Assert.Equal(70, sink.Frames);
    }

    /// <summary>The peer's window may be as small as 32 (strongSwan's default), and a super-packet has more segments than that.</summary>
    [Fact]
    public void Threads_that_send_by_one_SA_send_in_the_order_of_its_numbers()
    {
        const int threads = 4, rounds = 200, segments = 8;
        SaPair pair = SaPair.Create(window: 32);
        var transport = new NoTransport();
        var pipeline = new EspPipeline(_database, transport, _sink, null, queues: threads);
        _database.Add(new OutboundSa(pair.Left, workers: pipeline.Workers));
        byte[] frame = [.. new byte[VirtioNetHeader.Length], .. Packets.Make("10.1.0.1", "10.2.0.1", 1000)];
        ReadOnlyMemory<byte>[] frames = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(frame, segments)];
        Thread[] senders = [.. Enumerable.Range(0, threads).Select(queue => new Thread(() =>
        {
            for (int i = 0; i < rounds; i++)
                pipeline.SendFrames(queue, frames);
        }))];
        Array.ForEach(senders, sender => sender.Start());
        Array.ForEach(senders, sender => sender.Join());

        Assert.Equal(
            Enumerable.Range(1, threads * rounds * segments).Select(number => (uint)number),
            transport.Sent.Select(datagram => BinaryPrimitives.ReadUInt32BigEndian(datagram.Payload.Span[4..])));
    }

    [Fact]
    public void Who_has_sealed_first_still_waits_for_whose_numbers_are_lower()
    {
        SaPair pair = SaPair.Create();
        var pipeline = new EspPipeline(_database, _transport, _sink, null, queues: 1);
        var sa = new OutboundSa(pair.Left, workers: pipeline.Workers);
        _database.Add(sa);
        byte[] packet = Packets.Make("10.1.0.1", "10.2.0.1");
        Assert.True(SuperPacket.TryRead(default, packet, out SuperPacket content));
        SealTurn slow = sa.Take([new OutboundFrame(packet, content, 0)]);
        var quick = new Thread(() => pipeline.SendInner([packet]));
        quick.Start();
        Assert.False(quick.Join(200));                                  // It cannot end; that it could is what the time is for.
        Assert.Empty(_transport.Sent);
        sa.Pass(slow);
        quick.Join();
        Assert.Single(_transport.Sent);
    }

    [Fact]
    public async Task An_SA_that_is_removed_while_threads_seal_by_it_ends_without_a_fault()
    {
        for (uint spi = 0x1000; spi < 0x1000 + 40; spi += 2)
        {
            SaPair pair = SaPair.Create(spi: spi);
            var pipeline = new EspPipeline(_database, new NullTransport(), _sink, null, queues: 2);
            _database.Add(new OutboundSa(pair.Left, workers: pipeline.Workers));
            ReadOnlyMemory<byte>[] frames = [(byte[])[.. new byte[VirtioNetHeader.Length], .. Packets.Make("10.1.0.1", "10.2.0.1", 1000)]];
            using var sending = new CountdownEvent(2);
            Task Send(int queue) => Task.Run(() =>
            {
                pipeline.SendFrames(queue, frames);
                sending.Signal();
                while (pipeline.ReadCounters().Drops["XfrmOutNoStates"] == 0)
                    pipeline.SendFrames(queue, frames);
            });
            Task all = Task.WhenAll(Send(0), Send(1));
            sending.Wait();
            _database.Remove(pair.Left.InboundSpi, pair.Left.OutboundSpi);
            await all.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    private void Receive(params byte[][] datagrams) =>
        _pipeline.Receive([.. datagrams.Select(octets => new EspDatagram(SaPair.Create().Right.Path, octets))]);

    private static byte[] Seal(OutboundSa sa, byte[] packet)
    {
        byte[] esp = new byte[EspLayout.Aead.SealedLength(packet.Length)];
        Assert.Equal(EspDrop.None, sa.Seal(packet, esp, out _));
        return esp;
    }

    private static uint SpiOf(EspDatagram datagram) =>
        BinaryPrimitives.ReadUInt32BigEndian(datagram.Payload.Span);

    private static SaPair WithSelectors(SaPair pair, IReadOnlyList<TrafficSelector> left, IReadOnlyList<TrafficSelector> right) =>
        pair with
        {
            Left = new ChildSa
            {
                InboundSpi = pair.Left.InboundSpi,
                OutboundSpi = pair.Left.OutboundSpi,
                Transform = pair.Left.Transform,
                InboundKeys = pair.Left.InboundKeys,
                OutboundKeys = pair.Left.OutboundKeys,
                Path = pair.Left.Path,
                UdpEncapsulation = true,
                LocalSelectors = left,
                RemoteSelectors = right,
                ReplayWindow = pair.Left.ReplayWindow,
            },
        };

    private sealed class NullTransport : IEspTransport
    {
        public void Send(ReadOnlySpan<EspDatagram> batch)
        {
        }
    }

    /// <summary>What one pipeline sends, the other receives.</summary>
    private sealed class LoopTransport(EspPipeline receiver) : IEspTransport
    {
        private readonly OpenedBatch _opened = new();

        public void Send(ReadOnlySpan<EspDatagram> batch) => receiver.Receive(batch, _opened);
    }

    private sealed class CountingSink : IInnerSink
    {
        public int Frames { get; private set; }

        public bool TryDeliver(int queue, ReadOnlySpan<IoVector> frame) => ++Frames > 0;
    }

    private sealed class NullSink : IInnerSink
    {
        public bool TryDeliver(int queue, ReadOnlySpan<IoVector> frame) => true;
    }
}
