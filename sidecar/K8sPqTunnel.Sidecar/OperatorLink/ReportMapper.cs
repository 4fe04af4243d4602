using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>Puts a snapshot into the words of the contract (proto/pqtunnel/v1/tunnel_control.proto).</summary>
internal static class ReportMapper
{
    public static TunnelReport Report(TunnelSnapshot tunnel, long observedGeneration)
    {
        var report = new TunnelReport
        {
            Phase = Phase(tunnel.Phase),
            PhaseSince = Timestamp.FromDateTimeOffset(tunnel.Since),
            PeerEndpoint = tunnel.Peer ?? "",
            LocalEndpoint = tunnel.Local ?? "",
            NatDetected = tunnel.Ike?.NatDetected ?? false,
            Dataplane = new Grpc.Contract.V1.Dataplane
            {
                Kind = Kind(tunnel.Dataplane),
                InterfaceName = tunnel.Interface ?? "",
                Mtu = (uint)tunnel.Mtu,
                PathMtu = (uint)tunnel.PathMtu,
                WhyNotXfrm = tunnel.WhyNotXfrm ?? "",
                OffloadInterface = tunnel.Offload is { WhyNot: null, Interface: { } card } ? card : "",
                WhyNotOffloaded = tunnel.Offload?.WhyNot ?? "",
            },
            Probe = Probe(tunnel.Probe),
            ObservedGeneration = observedGeneration,
            CertificateExpiresAt = Time(tunnel.CertificateExpiresAt),
        };
        if (tunnel.Ike is { } ike)
            report.IkeSa = Ike(ike);
        report.ChildSas.AddRange(tunnel.Children.Select(Child));
        if (tunnel.LastError is { } error)
            report.LastError = Error(error);
        return report;
    }

    public static TunnelError Error(FailureSnapshot failure) =>
        new() { Reason = failure.Reason, Message = failure.Message, Time = Timestamp.FromDateTimeOffset(failure.Time) };

    public static Counters Counters(CounterSnapshot counters, DateTimeOffset time)
    {
        var message = new Counters
        {
            Time = Timestamp.FromDateTimeOffset(time),
            BytesIn = (ulong)counters.InboundOctets,
            BytesOut = (ulong)counters.OutboundOctets,
            PacketsIn = (ulong)counters.InboundPackets,
            PacketsOut = (ulong)counters.OutboundPackets,
        };
        foreach ((string reason, long count) in counters.Drops)
            message.Drops[reason] = (ulong)count;
        return message;
    }

    private static IkeSa Ike(IkeSaSnapshot ike) => new()
    {
        SpiI = ulong.Parse(ike.InitiatorSpi, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        SpiR = ulong.Parse(ike.ResponderSpi, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        Proposal = ike.Proposal,
        KeyExchanges = { ike.KeyExchanges },
        QuantumSafe = ike.QuantumSafe,
        EstablishedAt = Timestamp.FromDateTimeOffset(ike.EstablishedAt),
        RekeyedAt = Time(ike.RekeyedAt),
    };

    private static ChildSa Child(ChildSaSnapshot child) => new()
    {
        SpiIn = uint.Parse(child.InboundSpi, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        SpiOut = uint.Parse(child.OutboundSpi, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        Proposal = child.Proposal,
        KeyExchanges = { child.KeyExchanges },
        QuantumSafety = Safety(child.QuantumSafety),
        LocalSelectors = { child.Local },
        RemoteSelectors = { child.Remote },
        EstablishedAt = Timestamp.FromDateTimeOffset(child.EstablishedAt),
        LastReceivedAt = Time(child.LastReceivedAt),
        LastSentAt = Time(child.LastSentAt),
        Mtu = (uint)child.Mtu,
    };

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;

    private static DataPathProbe Probe(ProbeSnapshot probe) => new()
    {
        Target = probe.Target ?? "",
        State = probe.State switch
        {
            State.ProbeState.Healthy => Grpc.Contract.V1.ProbeState.Healthy,
            State.ProbeState.Unhealthy => Grpc.Contract.V1.ProbeState.Unhealthy,
            _ => Grpc.Contract.V1.ProbeState.Unprobed,
        },
        RttMicros = (ulong)(probe.RoundTripMicroseconds ?? 0),
        JitterMicros = (ulong)(probe.JitterMicroseconds ?? 0),
        LossRatio = probe.Loss,
    };

    private static Grpc.Contract.V1.TunnelPhase Phase(State.TunnelPhase phase) => phase switch
    {
        State.TunnelPhase.Listening or State.TunnelPhase.Connecting => Grpc.Contract.V1.TunnelPhase.Connecting,
        State.TunnelPhase.Established => Grpc.Contract.V1.TunnelPhase.Established,
        _ => Grpc.Contract.V1.TunnelPhase.Down,
    };

    private static Grpc.Contract.V1.QuantumSafety Safety(State.QuantumSafety safety) => safety switch
    {
        State.QuantumSafety.FromIkeSa => Grpc.Contract.V1.QuantumSafety.FromIkeSa,
        State.QuantumSafety.OwnKeyExchange => Grpc.Contract.V1.QuantumSafety.OwnKeyExchange,
        _ => Grpc.Contract.V1.QuantumSafety.None,
    };

    private static DataplaneKind Kind(string? dataplane) => dataplane switch
    {
        nameof(K8sPqTunnel.Dataplane.DataplaneKind.Userspace) => DataplaneKind.Userspace,
        nameof(K8sPqTunnel.Dataplane.DataplaneKind.Xfrm) => DataplaneKind.Xfrm,
        _ => DataplaneKind.Unspecified,
    };
}
