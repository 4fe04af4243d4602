using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Reconciliation;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>The status of a tunnel, from what is observed.</summary>
internal static class TunnelStatus
{
    /// <param name="observed">What is known.</param>
    /// <param name="previous">The status before.</param>
    /// <param name="now">The transition time of conditions that change.</param>
    public static IpsecTunnelStatus Of(TunnelObservation observed, IpsecTunnelStatus? previous, DateTimeOffset now)
    {
        var status = new IpsecTunnelStatus
        {
            Conditions = ConditionSet.Of(observed, previous?.Conditions, now),
            ObservedGeneration = observed.Generation,
            Node = NodeOf(observed) ?? previous?.Node,
            Nodes = NodesOf(observed, previous),
            // Where it runs stays, until nothing of it does: see FormerGateway.
            Gateway = observed.FormerGateway ?? (TunnelJudgement.MayRun(observed) ? observed.GatewayName : previous?.Gateway),
            Pod = observed.Gateway.Pod?.Metadata.Name,
            CertificateExpiryTime = observed.Certificates?.End,
        };
        return observed.Daemon is { Connected: true, Report: { } report } ? WithReport(status, report, observed.Daemon.Counters) : status;
    }

    /// <summary>The nodes that may hold what a daemon made, or null for none.</summary>
    public static IReadOnlyList<string>? NodesOf(TunnelObservation observed, IpsecTunnelStatus? previous) =>
        OrNull(HoldingNodes.Of(previous?.Nodes, observed.Gateway, observed.Daemon));

    /// <summary>The status of a tunnel that is being deleted: what was known last, why it is still there, and the nodes that are not clean yet.</summary>
    public static IpsecTunnelStatus Deleting(
        IpsecTunnelStatus? previous, Verdict verdict, IReadOnlyList<string> nodes, long generation, DateTimeOffset now) =>
        (previous ?? new IpsecTunnelStatus()) with
        {
            Conditions = ConditionSet.Deleting(previous?.Conditions, verdict, generation, now),
            ObservedGeneration = generation,
            Nodes = OrNull(nodes),
        };

    private static IReadOnlyList<string>? OrNull(IReadOnlyList<string> nodes) => nodes.Count == 0 ? null : nodes;

    // Kept once known, for the user: where it was last.
    private static string? NodeOf(TunnelObservation observed) =>
        observed.Daemon is { Hello.NodeName.Length: > 0, TornDown: false } daemon
            ? Bounded.Text(daemon.Hello.NodeName)
            : observed.Gateway.Pod is { } pod && GatewaySight.HasRun(pod) ? pod.Spec?.NodeName : null;

    private static IpsecTunnelStatus WithReport(IpsecTunnelStatus status, TunnelReport report, Counters? counters)
    {
        ChildStatus[] children = [.. report.ChildSas.Take(Bounded.MaxEntries).Select(Child)];
        return status with
        {
            Peer = Bounded.OrNull(report.PeerEndpoint),
            KeyExchange = report.IkeSa is { } sa ? string.Join(" + ", Bounded.List(sa.KeyExchanges)) : null,
            QuantumSafe = report.IkeSa is null ? null : QuantumSafety.Holds(report),
            Ike = report.IkeSa is { } ike ? Ike(ike) : null,
            Children = children.Length == 0 ? null : children,
            Spis = children is [var first, ..] ? $"{first.InboundSpi}/{first.OutboundSpi}" : null,
            Dataplane = report.Dataplane?.Kind switch
            {
                DataplaneKind.Xfrm => "xfrm",
                DataplaneKind.Userspace => "userspace",
                _ => null,
            },
            DataplaneReason = Bounded.OrNull(report.Dataplane?.WhyNotXfrm ?? ""),
            HardwareOffload = report.Dataplane is { WhyNotOffloaded: { Length: > 0 } none } ? Bounded.OrNull($"none: {none}") : Bounded.OrNull(report.Dataplane?.OffloadInterface ?? ""),
            Interface = Bounded.OrNull(report.Dataplane?.InterfaceName ?? ""),
            Mtu = report.Dataplane is { Mtu: > 0 and <= int.MaxValue } dataplane ? (int)dataplane.Mtu : null,
            PathMtu = report.Dataplane is { PathMtu: > 0 and <= int.MaxValue } path ? (int)path.PathMtu : null,
            Rtt = report.Probe is { State: ProbeState.Healthy, RttMicros: > 0 } probe ? Milliseconds(probe.RttMicros) : null,
            Probe = report.Probe is { Target.Length: > 0 } asked ? Probe(asked) : null,
            LastRekeyTime = Time(report.IkeSa?.RekeyedAt),
            Counters = counters is null ? null : Count(counters),
            LastError = Bounded.OrNull(report.LastError?.Message ?? ""),
        };
    }

    private static IkeStatus Ike(IkeSa ike) => new()
    {
        InitiatorSpi = ike.SpiI.ToString("x16", CultureInfo.InvariantCulture),
        ResponderSpi = ike.SpiR.ToString("x16", CultureInfo.InvariantCulture),
        Proposal = Bounded.OrNull(ike.Proposal),
        KeyExchanges = Bounded.List(ike.KeyExchanges),
        EstablishedTime = Time(ike.EstablishedAt),
    };

    private static ChildStatus Child(ChildSa child) => new()
    {
        InboundSpi = child.SpiIn.ToString("x8", CultureInfo.InvariantCulture),
        OutboundSpi = child.SpiOut.ToString("x8", CultureInfo.InvariantCulture),
        Proposal = Bounded.OrNull(child.Proposal),
        KeyExchanges = Bounded.List(child.KeyExchanges),
        Local = Bounded.List(child.LocalSelectors),
        Remote = Bounded.List(child.RemoteSelectors),
        Mtu = child.Mtu is > 0 and <= int.MaxValue ? (int)child.Mtu : null,
        LastReceivedTime = Time(child.LastReceivedAt),
        LastSentTime = Time(child.LastSentAt),
    };

    private static ProbeStatus Probe(DataPathProbe probe) => new()
    {
        Target = Bounded.OrNull(probe.Target),
        RoundTrip = probe.RttMicros > 0 ? Milliseconds(probe.RttMicros) : null,
        Jitter = probe.JitterMicros > 0 ? Milliseconds(probe.JitterMicros) : null,
        Loss = probe.State is ProbeState.Healthy or ProbeState.Unhealthy && probe.LossRatio is >= 0 and <= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{probe.LossRatio * 100:0.#}%")
            : null,
    };

    private static CounterStatus Count(Counters counters) => new()
    {
        ReceivedBytes = Whole(counters.BytesIn),
        ReceivedPackets = Whole(counters.PacketsIn),
        SentBytes = Whole(counters.BytesOut),
        SentPackets = Whole(counters.PacketsOut),
        DroppedPackets = Whole(counters.Drops.Values.Aggregate(0UL, (sum, next) => unchecked(sum + next))),
    };

    private static long Whole(ulong value) => (long)Math.Min(value, long.MaxValue);

    private static string Milliseconds(ulong micros) => string.Create(CultureInfo.InvariantCulture, $"{micros / 1000.0:0.##}ms");

    private static DateTimeOffset? Time(Timestamp? timestamp) =>
        timestamp is { Seconds: > 0 and < 253_402_300_800 } ? DateTimeOffset.FromUnixTimeSeconds(timestamp.Seconds) : null;
}
