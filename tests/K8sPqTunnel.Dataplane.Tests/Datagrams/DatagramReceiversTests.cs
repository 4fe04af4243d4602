using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.Datagrams;

public sealed class DatagramReceiversTests : IDisposable
{
    private const int Segment = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DatagramSocket _from = DatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1 << 20);
    private readonly DatagramSocket _to = DatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 1 << 22);
    private readonly ConcurrentQueue<uint> _accepted = new();
    private int _delivered;
    private uint _sent;

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public async Task Where_datagrams_wait_another_thread_joins_and_the_order_stays()
    {
        int preparing = 0;
        bool isFirstOvertaken = false;
        SendSome();
        DatagramReceivers receivers = Receive(most: 3, prepare: () =>
        {
            if (Interlocked.Increment(ref preparing) > 1)
                return;
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref preparing) == 3, Patience));
            // Nobody may overtake; that somebody could is what the time is for.
            isFirstOvertaken = SpinWait.SpinUntil(() => !_accepted.IsEmpty, TimeSpan.FromMilliseconds(200));
        });
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _delivered) == _sent, Patience), $"{_delivered} of {_sent} were delivered");
        Assert.Equal(3, receivers.Count);
        await EndAsync(receivers);
        Assert.False(isFirstOvertaken);
        Assert.Equal(Enumerable.Range(0, (int)_sent).Select(number => (uint)number), _accepted);
    }

    [Fact]
    public async Task One_thread_is_enough_for_what_it_gets_at_once()
    {
        DatagramReceivers receivers = Receive(most: 3, prepare: () => { });
        for (int i = 0; i < 20; i++)
        {
            Send(1);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _delivered) == _sent, Patience));
        }
        Assert.Equal(1, receivers.Count);
        await EndAsync(receivers);
    }

    [Fact]
    public async Task What_has_been_received_is_delivered_before_the_threads_end()
    {
        using var slow = new ManualResetEventSlim();
        int preparing = 0;
        SendSome();
        DatagramReceivers receivers = Receive(most: 3, prepare: () =>
        {
            Interlocked.Increment(ref preparing);
            slow.Wait(Patience);
        });
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref preparing) == 3, Patience));
        Task ended = EndAsync(receivers);
        slow.Set();
        await ended;
        Assert.NotEmpty(_accepted);
        Assert.Equal(_accepted.Count, _delivered);
    }

    // Threads that wait for each other are a failure, and not a test without an end.
    private static Task EndAsync(DatagramReceivers receivers) => Task.Run(receivers.Dispose).WaitAsync(Patience);

    private DatagramReceivers Receive(int most, Action prepare) =>
        new(_to, "test", most, () => new Handler(this, prepare), lost => throw new InvalidOperationException("lost", lost));

    /// <summary>More messages than three threads ask for at first; all of them are there when it returns.</summary>
    private void SendSome()
    {
        for (int i = 0; i < 12; i++)
            Send(60);
        Assert.True(SpinWait.SpinUntil(() => Waiting() >= _sent * Segment, Patience), $"{Waiting()} octets wait");
    }

    /// <summary>Octets in the receiving socket, with what the kernel needs for them: rx_queue in proc_net(5).</summary>
    private long Waiting() => File.ReadLines("/proc/net/udp").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields[1].EndsWith($":{_to.Local.Port:X4}", StringComparison.Ordinal))
        .Sum(fields => long.Parse(fields[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private void Send(int count)
    {
        byte[] octets = new byte[count * Segment];
        for (int i = 0; i < count; i++)
            BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(i * Segment), _sent++);
        Assert.Equal(0, _from.Send([new EspDatagram(new PeerPath(_from.Local, _to.Local), octets, SegmentLength: count > 1 ? Segment : 0)]));
    }

    private sealed class Handler(DatagramReceiversTests test, Action prepare) : IDatagramHandler
    {
        private int _count;

        public void Prepare(ReadOnlySpan<EspDatagram> received) => prepare();

        public void Accept(ReadOnlySpan<EspDatagram> received)
        {
            foreach (EspDatagram datagrams in received)
            {
                for (int i = 0; i < datagrams.Count; i++)
                    test._accepted.Enqueue(BinaryPrimitives.ReadUInt32BigEndian(datagrams[i].Payload.Span));
            }
            _count = EspDatagram.CountOf(received);
        }

        public void Deliver() => Interlocked.Add(ref test._delivered, _count);
    }
}
