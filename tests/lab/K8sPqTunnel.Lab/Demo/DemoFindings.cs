using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>What the demo saw, and whether all of it is what the demo promises.</summary>
/// <param name="Status">The daemon's view of the tunnel.</param>
/// <param name="PeerSas">strongSwan's view of it, from <c>swanctl --list-sas</c>.</param>
/// <param name="Ping">Round-trip times through the tunnel.</param>
/// <param name="BitsPerSecond">What iperf3 received at the far end.</param>
/// <param name="Wire">What crossed the wire.</param>
internal sealed record DemoFindings(TunnelStatus Status, string PeerSas, PingSummary Ping, double BitsPerSecond, WireReport Wire)
{
    private const string ClassicalExchange = "P-384";
    private const string QuantumSafeExchange = "ML-KEM-768";
    private const string PeersWordForBoth = "ECP_384/KE1_ML_KEM_768";

    /// <summary>A sentence for each promise that was not kept.</summary>
    public IEnumerable<string> BrokenPromises()
    {
        IReadOnlyList<string> exchanges = Status.Ike?.KeyExchanges ?? [];
        if (!exchanges.Contains(ClassicalExchange) || !exchanges.Contains(QuantumSafeExchange))
            yield return $"the daemon ran {string.Join(" + ", exchanges)}, not {ClassicalExchange} + {QuantumSafeExchange}";
        if (Status.Ike is not { QuantumSafe: true })
            yield return "the daemon does not call the IKE SA quantum safe";
        if (!PeerSas.Contains(PeersWordForBoth, StringComparison.Ordinal))
            yield return $"strongSwan shows no SA with {PeersWordForBoth}: {PeerSas.Trim()}";
        if (Ping.Received != Ping.Sent)
            yield return $"{Ping.Sent - Ping.Received} of {Ping.Sent} pings were not answered";
        if (BitsPerSecond <= 0)
            yield return "iperf3 transferred nothing";
        if (Wire.Esp == 0)
            yield return "no ESP packet crossed the wire";
        foreach (ClearPacket packet in Wire.Clear)
            yield return $"a packet crossed the wire in clear: {packet}";
        if (Wire.Missed > 0)
            yield return $"{Wire.Missed} packets on the wire could not be captured, so nobody knows what they were";
    }
}
