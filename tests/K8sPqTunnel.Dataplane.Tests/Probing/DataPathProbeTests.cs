using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Probing;

public sealed class DataPathProbeTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualTime _time = new();
    private readonly EchoPath _path = new();

    [Fact]
    public void Nothing_is_claimed_before_the_first_answer_or_enough_losses()
    {
        using DataPathProbe probe = Start();
        Assert.Equal(ProbeSnapshot.Unprobed, probe.Snapshot);
        _time.Advance(TimeSpan.Zero);
        Assert.Equal((DataPathState.Unprobed, 1L), (probe.Snapshot.State, probe.Snapshot.Sent));
        _time.Advance(5 * Second);
        Assert.Equal(DataPathState.Unprobed, probe.Snapshot.State);
        _time.Advance(Second);
        Assert.Equal((DataPathState.Unhealthy, 1.0), (probe.Snapshot.State, probe.Snapshot.Loss));
    }

    [Fact]
    public void An_answer_gives_health_and_the_round_trip()
    {
        using DataPathProbe probe = Start();
        for (int i = 0; i < 4; i++)
        {
            _time.Advance(i == 0 ? TimeSpan.Zero : Second - RoundTrip);
            _time.Advance(RoundTrip);
            Assert.True(_path.Answer());
        }
        Assert.Equal(new ProbeSnapshot(DataPathState.Healthy, RoundTrip, RoundTrip, TimeSpan.Zero, 0, 4, 4), probe.Snapshot);
    }

    [Fact]
    public void Five_losses_in_a_row_are_unhealthy_and_one_answer_heals()
    {
        using DataPathProbe probe = Start();
        _time.Advance(TimeSpan.Zero);
        _path.Answer();
        _time.Advance(6 * Second);
        Assert.Equal(DataPathState.Healthy, probe.Snapshot.State);
        _time.Advance(Second);
        Assert.Equal(DataPathState.Unhealthy, probe.Snapshot.State);
        Assert.Equal(5.0 / 6, probe.Snapshot.Loss, 6);
        _path.Answer();
        Assert.Equal(DataPathState.Healthy, probe.Snapshot.State);
    }

    [Fact]
    public void A_probe_that_no_SA_carries_is_lost_at_once()
    {
        _path.Carries = false;
        using DataPathProbe probe = Start();
        _time.Advance(4 * Second);
        Assert.Equal((DataPathState.Unhealthy, 5L), (probe.Snapshot.State, probe.Snapshot.Sent));
    }

    [Fact]
    public void Only_the_answer_to_a_probe_that_waits_is_taken_and_only_once()
    {
        using DataPathProbe probe = Start();
        _time.Advance(TimeSpan.Zero);
        Assert.False(_path.Answer(packet => packet[^1] ^= 1));          // Another's token.
        Assert.False(_path.Answer(packet => packet[20] = 8));           // A request.
        Assert.False(_path.Answer(packet => packet[9] = 17));           // No ICMP.
        Assert.True(_path.Answer());
        Assert.False(_path.Answer());
        _time.Advance(5 * Second);
        Assert.Equal(1, probe.Snapshot.Answered);
    }

    [Fact]
    public void Jitter_is_the_mean_difference_between_neighbouring_answers_and_a_loss_between_them_does_not_count()
    {
        using DataPathProbe probe = Start();
        _time.Advance(TimeSpan.Zero);
        foreach (int milliseconds in new[] { 30, 50, -1, 40 })
        {
            if (milliseconds >= 0)
            {
                _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
                Assert.True(_path.Answer());
            }
            _time.Advance(Second - TimeSpan.FromMilliseconds(Math.Max(milliseconds, 0)));
        }
        Assert.Equal(TimeSpan.FromMilliseconds(15), probe.Snapshot.Jitter);
        Assert.Null(ProbeSnapshot.Unprobed.Jitter);
    }

    [Fact]
    public void The_request_is_a_sound_packet_from_the_source_to_the_target()
    {
        using DataPathProbe probe = Start();
        _time.Advance(TimeSpan.Zero);
        byte[] packet = _path.Last;
        Assert.Equal(Packets.HeaderChecksum(packet), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(10)));
        Assert.Equal("10.1.0.9", new IPAddress(packet.AsSpan(12, 4)).ToString());
        Assert.Equal("10.2.0.1", new IPAddress(packet.AsSpan(16, 4)).ToString());
        Assert.Equal(packet.Length, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)));
    }

    [Fact]
    public void A_disposed_probe_sends_no_more_and_takes_nothing()
    {
        DataPathProbe probe = Start();
        _time.Advance(TimeSpan.Zero);
        probe.Dispose();
        _time.Advance(10 * Second);
        Assert.Equal(1, probe.Snapshot.Sent);
        Assert.Null(_path.Tap);
    }

    private DataPathProbe Start() => new(
        _path, new ProbeOptions(IPAddress.Parse("10.2.0.1")), IPAddress.Parse("10.1.0.9"), _time, new SystemRandomSource());

    private sealed class EchoPath : IInnerPath
    {
        public bool Carries { get; set; } = true;

        public byte[] Last { get; private set; } = [];

        public Func<ReadOnlySpan<byte>, bool>? Tap { get; set; }

        public bool TrySend(ReadOnlyMemory<byte> packet)
        {
            Last = packet.ToArray();
            return Carries;
        }

        /// <summary>Answers the newest request; true if the probe took the answer.</summary>
        public bool Answer(Action<byte[]>? damage = null)
        {
            byte[] answer = (byte[])Last.Clone();
            (answer[12], answer[16]) = (answer[16], answer[12]);
            answer[20] = 0;
            damage?.Invoke(answer);
            return Tap!(answer);
        }
    }
}
