using System.Net;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Probing;

/// <summary>Plays Cloudflare's side of its tunnel health checks, whose child SA covers everything: requests, and replies to be sent back.</summary>
public sealed class ProbeResponderTests : IDisposable
{
    private const string Interface = "10.1.255.9";
    private const string CloudflareInterface = "10.2.255.8";
    private static readonly TrafficSelector[] Everything = [TrafficSelector.Of(IPNetwork.Parse("0.0.0.0/0")), TrafficSelector.Of(IPNetwork.Parse("::/0"))];
    private readonly SaDatabase _ours = new();
    private readonly NoTransport _wire = new();
    private readonly CollectingSink _inside = new();
    private readonly EspPipeline _pipeline;
    private readonly OutboundSa _fromCloudflare;
    private readonly InboundSa _toCloudflare;
    private readonly PeerPath _path;

    public ProbeResponderTests()
    {
        // Several servers share the SA, so there is no anti-replay.
        SaPair theirs = SaPair.Create(left: Everything, right: Everything, window: 0);
        ChildSa ours = Narrow(theirs.Right);
        _path = ours.Path;
        _ours.Add(new InboundSa(ours));
        _ours.Add(new OutboundSa(ours));
        _fromCloudflare = new OutboundSa(theirs.Left);
        _toCloudflare = new InboundSa(theirs.Left);
        _pipeline = new EspPipeline(_ours, _wire, _inside, null);
        _pipeline.Responder = new ProbeResponder([IPAddress.Parse(Interface), IPAddress.Parse("fd00:1::9")], _pipeline.TrySend);
    }

    public void Dispose()
    {
        _ours.Dispose();
        _fromCloudflare.Dispose();
        _toCloudflare.Dispose();
    }

    [Theory]
    [InlineData(CloudflareInterface, Interface)]
    [InlineData("fd00:2::8", "fd00:1::9")]
    public void A_request_to_the_interface_address_is_answered_through_the_tunnel(string theirs, string ours)
    {
        byte[] request = Echo(theirs, ours);
        byte[] answer = Assert.Single(AnswersTo(request));
        // An answer is what a host would make of the same request.
        byte[] expected = Echo(ours, theirs);
        bool isIpv6 = request[0] >> 4 == 6;
        int icmp = isIpv6 ? 40 : 20;
        expected[icmp] = isIpv6 ? (byte)129 : (byte)0;
        request[(icmp + 4)..].CopyTo(expected.AsSpan(icmp + 4));
        Assert.Equal(expected[(icmp + 4)..], answer[(icmp + 4)..]);
        Assert.Equal(expected[icmp], answer[icmp]);
        Assert.Equal(expected[(isIpv6 ? 8 : 12)..icmp], answer[(isIpv6 ? 8 : 12)..icmp]);
        AssertSound(answer);
        Assert.Empty(_inside.Packets);
        Assert.Equal(1, _pipeline.ReadCounters().ProbesAnswered);
    }

    [Theory]
    [InlineData(CloudflareInterface, Interface)]
    [InlineData("fd00:2::8", "fd00:1::9")]
    public void A_reply_that_claims_to_come_from_us_goes_back_through_the_tunnel_and_is_no_drop(string theirs, string ours)
    {
        byte[] reply = Reply(ours, theirs);
        byte[] answer = Assert.Single(AnswersTo(reply));
        AssertSound(answer);
        bool isIpv6 = reply[0] >> 4 == 6;
        Assert.Equal(reply[isIpv6 ? 7 : 8] - 1, answer[isIpv6 ? 7 : 8]);
        Assert.Equal(reply[(isIpv6 ? 8 : 12)..], answer[(isIpv6 ? 8 : 12)..]);
        Assert.Empty(_inside.Packets);
        Assert.Equal(0, _pipeline.ReadCounters().Drops.Values.Sum());
    }

    [Fact]
    public void A_reply_that_has_been_sent_back_too_often_is_dropped()
    {
        byte[] reply = Reply(Interface, CloudflareInterface);
        reply[8] = 1;
        Ipv4Checksum.Write(reply);
        Assert.Empty(AnswersTo(reply));
        Assert.Equal(1, _pipeline.ReadCounters().Drops["XfrmInStateMismatch"]);
    }

    [Fact]
    public void Other_packets_go_where_they_went_before()
    {
        byte[] toAnother = Echo(CloudflareInterface, "10.1.0.2");
        byte[] forAnother = Reply(CloudflareInterface, "10.1.0.2");
        byte[] fragment = Echo(CloudflareInterface, Interface);
        fragment[6] = 0x20;
        Ipv4Checksum.Write(fragment);
        byte[] noEcho = Packets.Make(CloudflareInterface, Interface);
        Assert.Empty(AnswersTo(toAnother, forAnother, fragment, noEcho));
        Assert.Equal(4, _inside.Packets.Count);

        byte[] spoofed = Reply("10.1.0.2", CloudflareInterface);        // One of ours, but not an address to answer at.
        byte[] requestFromUs = Echo(Interface, CloudflareInterface);
        Assert.Empty(AnswersTo(spoofed, requestFromUs));
        Assert.Equal(4, _inside.Packets.Count);
        Assert.Equal(2, _pipeline.ReadCounters().Drops["XfrmInStateMismatch"]);
    }

    [Fact]
    public void An_answer_costs_no_memory()
    {
        using var database = new SaDatabase();
        SaPair theirs = SaPair.Create(left: Everything, right: Everything, window: 0);
        database.Add(new InboundSa(theirs.Right));
        database.Add(new OutboundSa(theirs.Right));
        var pipeline = new EspPipeline(database, new Nowhere(), new NoSink(), null);
        pipeline.Responder = new ProbeResponder([IPAddress.Parse(Interface)], pipeline.TrySend);
        using var peer = new OutboundSa(theirs.Left);
        byte[][] checks = [peer.SealOne(Echo(CloudflareInterface, Interface)), peer.SealOne(Reply(Interface, CloudflareInterface))];
        byte[] received = new byte[256];
        var opened = new OpenedBatch();
        void Pass()
        {
            foreach (byte[] esp in checks)
            {
                esp.CopyTo(received, 0);
                pipeline.Receive([new EspDatagram(theirs.Right.Path, received.AsMemory(0, esp.Length))], opened);
            }
        }
        Assert.Equal(0, Allocations.Of(Pass, repeats: 100));
        Assert.Equal(1000, pipeline.ReadCounters().ProbesAnswered);
    }

    private static ChildSa Narrow(ChildSa wide) => new()
    {
        InboundSpi = wide.InboundSpi,
        OutboundSpi = wide.OutboundSpi,
        Transform = wide.Transform,
        InboundKeys = wide.InboundKeys,
        OutboundKeys = wide.OutboundKeys,
        Path = wide.Path,
        UdpEncapsulation = true,
        LocalSelectors = [TrafficSelector.Of(IPNetwork.Parse("10.1.0.0/16")), TrafficSelector.Of(IPNetwork.Parse("fd00:1::/48"))],
        RemoteSelectors = [TrafficSelector.Of(IPNetwork.Parse("10.2.0.0/16")), TrafficSelector.Of(IPNetwork.Parse("fd00:2::/48"))],
        ReplayWindow = 0,
        Limits = wide.Limits,
    };

    private List<byte[]> AnswersTo(params byte[][] packets)
    {
        int before = _wire.Sent.Count;
        foreach (byte[] packet in packets)
            _pipeline.Receive([new EspDatagram(_path, _fromCloudflare.SealOne(packet))]);
        List<byte[]> answers = [];
        foreach (EspDatagram datagram in _wire.Sent.Skip(before))
        {
            byte[] inner = new byte[datagram.Payload.Length];
            Assert.Equal(EspDrop.None, _toCloudflare.Open(datagram, inner, out int length, out _));
            answers.Add(inner[..length]);
        }
        return answers;
    }

    private static byte[] Echo(string from, string to)
    {
        var message = new IcmpEcho();
        IPAddress target = IPAddress.Parse(to);
        byte[] packet = new byte[message.LengthTo(target)];
        message.WriteRequest(packet, IPAddress.Parse(from), target, 77, 0x0123456789abcdef);
        packet[target.GetAddressBytes().Length == 4 ? 8 : 7] = 200;
        if (packet[0] >> 4 == 4)
            Ipv4Checksum.Write(packet);
        return packet;
    }

    private static byte[] Reply(string from, string to)
    {
        byte[] packet = Echo(from, to);
        bool isIpv6 = packet[0] >> 4 == 6;
        Span<byte> icmp = packet.AsSpan(isIpv6 ? 40 : 20);
        icmp[0] = isIpv6 ? (byte)129 : (byte)0;
        icmp[2..4].Clear();
        ulong pseudoHeader = isIpv6 ? PseudoHeader.Sum(packet, 58, icmp.Length) : 0;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(pseudoHeader + InternetChecksum.Sum(icmp)));
        return packet;
    }

    private static void AssertSound(byte[] packet)
    {
        bool isIpv6 = packet[0] >> 4 == 6;
        ReadOnlySpan<byte> icmp = packet.AsSpan(isIpv6 ? 40 : 20);
        Assert.Equal(0, InternetChecksum.Finish((isIpv6 ? PseudoHeader.Sum(packet, 58, icmp.Length) : 0) + InternetChecksum.Sum(icmp)));
        Assert.True(isIpv6 || Ipv4Checksum.IsRight(packet));
    }

    private sealed class Nowhere : IEspTransport
    {
        public void Send(ReadOnlySpan<EspDatagram> batch)
        {
        }
    }

    private sealed class NoSink : IInnerSink
    {
        public bool TryDeliver(int queue, ReadOnlySpan<IoVector> frame) => throw new InvalidOperationException("what was answered goes nowhere else");
    }
}
