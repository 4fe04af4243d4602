using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>Sequence numbers of 32 and of 64 bits, and what becomes of them at 2^32 (RFC 4303 2.2.1, 3.3.3).</summary>
public abstract class SequenceConformance
{
    private const ulong Boundary = 1ul << 32;

    private protected abstract IGatewayKind Kind { get; }

    /// <summary>With windows of the struct's own, of words, and the longest; and none, for which one is assumed.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(1024)]
    [InlineData(4096)]
    public async Task With_extended_sequence_numbers_packets_pass_across_2_to_the_32(int window)
    {
        const int before = 5000, after = 20;                            // Further from it than the longest window reaches.
        await using var net = new TwoGateways(Kind);
        net.Establish(window: window, transform: SaPair.AesGcm256 with { ExtendedSequenceNumbers = true }, last: Boundary - before);
        string pings = net.Workload.Shell($"ping -q -f -c {before + after} -W 10 10.2.0.1");
        Assert.Contains($"{before + after} received, 0% packet loss", pings, StringComparison.Ordinal);
        // A batch is counted when its packets have been handed on, which may be answered by then.
        await Eventually.IsTrue(() => net.Right.Run(net.RightPlane.ReadCounters) is { InboundPackets: before + after, OutboundPackets: before + after });
        DataplaneCounters counters = net.Right.Run(net.RightPlane.ReadCounters);
        Assert.Equal(0, counters.Drops.GetValueOrDefault("XfrmInStateSeqError") + counters.Drops.GetValueOrDefault("XfrmInStateProtoError"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(1024)]
    [InlineData(4096)]
    public async Task Without_them_the_last_packet_is_2_to_the_32_less_1_and_nothing_follows_it_in_whatever_form(int window)
    {
        const int left = 5;
        await using var net = new TwoGateways(Kind);
        net.Establish(window: window, last: Boundary - 1 - left);
        net.Workload.Shell($"ping -c {left} -i 0.02 -W 10 10.2.0.1");
        using var wire = new OuterWire(net);
        Assert.NotEqual(0, net.Workload.TryShell("ping -c 3 -i 0.02 -W 0.3 10.2.0.1").Status);
        Assert.Empty(wire.Take());
        // Fresh keys begin anew.
        net.Establish(spi: 0x2000, window: window);
        net.Workload.Shell("ping -c 2 -i 0.02 -W 10 10.2.0.1");
    }
}
