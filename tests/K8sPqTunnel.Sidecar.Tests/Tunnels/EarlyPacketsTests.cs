using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Sidecar.Tunnels;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class EarlyPacketsTests
{
    private static readonly PeerPath Path = new(new IPEndPoint(IPAddress.Loopback, 4500), new IPEndPoint(IPAddress.Loopback, 4501));
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Packets_that_overtook_the_answer_that_brings_their_SA_are_opened_in_their_order_before_any_later_one()
    {
        await using var hub = new HubUnderTest(_time);
        EspSpi ours = hub.Allocate(), other = hub.Allocate();
        byte[] heard = [.. Packet(ours, 1), .. Packet(ours, 2)];
        hub.Hear(new EspDatagram(Path, heard, SegmentLength: heard.Length / 2), new EspDatagram(Path, Packet(other, 9)), new EspDatagram(Path, Packet(ours, 3)));
        Array.Clear(heard);                                               // the socket's buffer is used again

        hub.Direct(ours);
        hub.Hear(new EspDatagram(Path, Packet(ours, 4)));

        Assert.Equal([1, 2, 3, 4], hub.Opened.Select(Number));
        Assert.All(hub.Opened, packet => Assert.Equal(ours.Value, BinaryPrimitives.ReadUInt32BigEndian(packet)));
        Assert.Equal(0, hub.Unknown);
    }

    [Fact]
    public async Task A_strangers_packet_is_counted_and_not_kept()
    {
        await using var hub = new HubUnderTest(_time);
        EspSpi given = hub.Allocate();
        hub.Release(given);
        hub.Hear(new EspDatagram(Path, Packet(given, 1)), new EspDatagram(Path, new byte[3]));
        Assert.Equal(2, hub.Unknown);
        hub.Direct(given);
        Assert.Empty(hub.Opened);
    }

    [Fact]
    public async Task What_no_SA_has_come_for_in_a_second_is_counted_as_lost()
    {
        await using var hub = new HubUnderTest(_time);
        EspSpi late = hub.Allocate(), next = hub.Allocate();
        hub.Hear(new EspDatagram(Path, Packet(late, 1)));
        _time.Advance(TimeSpan.FromSeconds(1.1));
        hub.Hear(new EspDatagram(Path, Packet(next, 2)));
        Assert.Equal(1, hub.Unknown);
        hub.Direct(late);
        hub.Direct(next);
        Assert.Equal([2], hub.Opened.Select(Number));
    }

    [Theory]
    [InlineData(1000, 24, 256)]
    [InlineData(100, 9000, 29)]
    public async Task No_more_is_kept_than_a_limit_of_packets_and_of_octets(int sent, int length, int kept)
    {
        await using var hub = new HubUnderTest(_time);
        EspSpi spi = hub.Allocate();
        for (int number = 1; number <= sent; number++)
            hub.Hear(new EspDatagram(Path, Packet(spi, number, length)));
        Assert.Equal(sent - kept, hub.Unknown);
        hub.Direct(spi);
        Assert.Equal(Enumerable.Range(1, kept), hub.Opened.Select(Number));
    }

    private static byte[] Packet(EspSpi spi, int number, int length = 24)
    {
        byte[] packet = new byte[length];
        BinaryPrimitives.WriteUInt32BigEndian(packet, spi.Value);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), number);
        return packet;
    }

    private static int Number(byte[] packet) => BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(4));

    /// <summary>The table of SPIs, with a data plane that notes what it is handed.</summary>
    private sealed class HubUnderTest(TimeProvider time) : IEspReceiver, IAsyncDisposable
    {
        private readonly IkeHub _hub = new(time);

        public List<byte[]> Opened { get; } = [];

        public long Unknown => _hub.UnknownSpi;

        public EspSpi Allocate() => _hub.Spis.Allocate();

        public void Release(EspSpi spi) => _hub.Spis.Release(spi);

        public void Direct(EspSpi spi) => _hub.Direct(spi, this);

        public void Hear(params EspDatagram[] packets) => _hub.OpenEsp(packets, _hub.CreateBatch());

        public void Open(ReadOnlySpan<EspDatagram> batch, OpenedBatch opened)
        {
            foreach (ref readonly EspDatagram packets in batch)
            {
                for (int i = 0; i < packets.Count; i++)
                    Opened.Add(packets[i].Payload.ToArray());
            }
        }

        public ValueTask DisposeAsync() => _hub.DisposeAsync();
    }
}
