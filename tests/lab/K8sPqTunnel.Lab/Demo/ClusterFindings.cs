using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>What the demo on Kubernetes saw, and whether all of it is what the demo promises.</summary>
/// <param name="Status">The resource's status.</param>
/// <param name="Listing">What <c>kubectl get ipsectunnels -o wide</c> shows.</param>
/// <param name="PeerSas">strongSwan's view of the tunnel, from <c>swanctl --list-sas</c>; null where the peer is the user's.</param>
/// <param name="Ping">From the workload pod through the tunnel.</param>
/// <param name="Wire">What crossed the link of the remote site; null where the peer is the user's.</param>
internal sealed record ClusterFindings(TunnelView Status, string Listing, string? PeerSas, PingSummary Ping, WireReport? Wire)
{
    /// <summary>A sentence for each promise that was not kept.</summary>
    public IEnumerable<string> BrokenPromises()
    {
        if (!Status.IsReady)
            yield return $"the tunnel is no longer Ready: {Status.Condition("Ready")}";
        if (Status.Condition("QuantumSafe") is not { Status: "True" } || !Status.QuantumSafe)
            yield return $"the status does not call the tunnel quantum safe: {Status.Condition("QuantumSafe")}";
        if (PeerSas is not null && !PeerSas.Contains("ECP_384/KE1_ML_KEM_768", StringComparison.Ordinal))
            yield return $"strongSwan shows no SA with P-384 + ML-KEM-768: {PeerSas.Trim()}";
        if (Ping.Received != Ping.Sent)
            yield return $"{Ping.Sent - Ping.Received} of {Ping.Sent} pings were not answered";
        if (Wire is null)
            yield break;
        if (Wire.Esp == 0)
            yield return "no ESP packet crossed the wire";
        foreach (ClearPacket packet in Wire.Clear)
            yield return $"a packet crossed the wire in clear: {packet}";
        if (Wire.Missed > 0)
            yield return $"{Wire.Missed} packets on the wire could not be captured, so nobody knows what they were";
    }
}
