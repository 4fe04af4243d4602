using K8sPqTunnel.Sidecar.State;
using static K8sPqTunnel.Sidecar.Health.TunnelMetric;

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>All that is measured of tunnels. A configured tunnel that is down still has its `pqtunnel_up 0`.</summary>
internal static class TunnelMetrics
{
    private static readonly (string, string) In = ("direction", "in");
    private static readonly (string, string) Out = ("direction", "out");

    /// <summary>In the order in which they are written.</summary>
    public static IReadOnlyList<TunnelMetric> All { get; } =
    [
        One("pqtunnel_up", "1 while a child SA is up.", tunnel => tunnel.Phase == TunnelPhase.Established ? 1 : 0),
        One("pqtunnel_tunnel_ready", "1 while packets pass: the child SA is up and the probe, where there is one, is answered.", tunnel => tunnel.Ready ? 1 : 0),
        One("pqtunnel_tunnel_peers", "Peers with an IKE SA; more than one only where they come from unknown addresses.", tunnel => tunnel.Peers.Count),
        One("pqtunnel_tunnel_postquantum_key", "1 while a postquantum preshared key (PPK) is mixed into the IKE SA's keys.", tunnel => tunnel.Ike?.PostquantumKey is null ? 0 : 1),
        One("pqtunnel_tunnel_quantum_safe", "1 while the IKE SA's keys withstand a quantum computer.", tunnel => tunnel.Ike is { QuantumSafe: true } ? 1 : 0),
        One("pqtunnel_tunnel_mtu_bytes", "Largest inner packet.", tunnel => tunnel.Mtu),
        One("pqtunnel_tunnel_path_mtu_bytes", "Largest packet that the path outside carries.", tunnel => tunnel.PathMtu),
        One("pqtunnel_tunnel_certificate_expiry_timestamp_seconds", "When our certificate expires, in Unix time.", tunnel => tunnel.CertificateExpiresAt?.ToUnixTimeSeconds()),
        Count("pqtunnel_tunnel_credential_changes_total", "How often other keys or certificates were taken up while the tunnel ran.", tunnel => tunnel.CredentialChanges),
        One("pqtunnel_tunnel_former_key_taken", "1 while a peer may still prove itself with the pre-shared key before the present one.", tunnel => tunnel.FormerKeyTaken ? 1 : 0),
        One("pqtunnel_tunnel_established_timestamp_seconds", "When the IKE SA came up, in Unix time.", tunnel => tunnel.Ike?.EstablishedAt.ToUnixTimeMilliseconds() / 1000.0),
        One("pqtunnel_tunnel_probe_up", "1 while the probe's target answers.", tunnel => Probed(tunnel)?.State is { } state ? (state == ProbeState.Healthy ? 1 : 0) : null),
        One("pqtunnel_tunnel_probe_loss_ratio", "Share of the recent probes without an answer.", tunnel => Probed(tunnel)?.Loss),
        One("pqtunnel_tunnel_probe_jitter_seconds", "Mean difference between one round trip of the probe and the next, over the recent answers.", tunnel => Probed(tunnel)?.JitterMicroseconds / 1e6),
        One("pqtunnel_tunnel_probe_rtt_seconds", "Round-trip time of the last answered probe.", tunnel => Probed(tunnel)?.RoundTripMicroseconds / 1e6),
        Info("pqtunnel_tunnel_info", "1 for the algorithms of the IKE SA and of the newest child SA, in strongSwan's keywords, and the key exchanges that ran.",
            tunnel => tunnel.Ike is { } ike
                ? [("ike", ike.Proposal), ("key_exchange", string.Join(" + ", ike.KeyExchanges)), ("child", tunnel.Children is [.., var newest] ? newest.Proposal : "")]
                : null),
        Info("pqtunnel_tunnel_transport_info", "1 for the way in which IKE and ESP travel.", tunnel => tunnel.Transport is { } transport ? [("transport", $"{transport}")] : null),
        Info("pqtunnel_tunnel_dataplane_info", "1 for what encrypts the packets.", tunnel => tunnel.Dataplane is { } dataplane ? [("dataplane", dataplane)] : null),
        One("pqtunnel_tunnel_hardware_offload", "1 while a network card encrypts the packets; only where spec.child.hardwareOffload asks for it.",
            tunnel => tunnel.Offload is { } offload ? (offload.WhyNot is null ? 1 : 0) : null),
        Count("pqtunnel_tunnel_probe_answers_total", "Health checks of the peer that were answered (spec.probe.answer).", tunnel => tunnel.Counters.ProbesAnswered),
        Count("pqtunnel_tunnel_moves_total", "How often an SA followed an end, or a NAT, to another address or port.", tunnel => tunnel.Moves),
        new("pqtunnel_tunnel_packets_total", "Inner packets.", MetricKind.Counter,
            tunnel => [new(tunnel.Counters.InboundPackets, In), new(tunnel.Counters.OutboundPackets, Out)]),
        new("pqtunnel_tunnel_bytes_total", "Octets of inner packets.", MetricKind.Counter,
            tunnel => [new(tunnel.Counters.InboundOctets, In), new(tunnel.Counters.OutboundOctets, Out)]),
        new("pqtunnel_tunnel_last_packet_timestamp_seconds", "When the last packet passed a child SA that is up, in Unix time.", MetricKind.Gauge, LastPackets),
        Count("pqtunnel_tunnel_mss_clamped_total", "Openings of TCP connections that were told a smaller segment.", tunnel => tunnel.Counters.Clamped),
        new("pqtunnel_tunnel_rekeys_total", "Rekeys by kind, outcome and who began.", MetricKind.Counter,
            tunnel => tunnel.Rekeys.Select(rekey =>
                new MetricSample(rekey.Count, ("kind", rekey.Kind), ("outcome", rekey.Outcome), ("by", rekey.ByPeer ? "peer" : "self")))),
        Durations("pqtunnel_tunnel_handshake_duration_seconds", "From the first message of IKE_SA_INIT until the IKE SA was up, whoever began.", tunnel => tunnel.Handshakes),
        Count("pqtunnel_tunnel_retransmissions_total", "IKE requests that were sent again because no answer had come.", tunnel => tunnel.Retransmissions),
        new("pqtunnel_tunnel_drops_total", "Dropped packets and datagrams by reason.", MetricKind.Counter,
            tunnel => tunnel.Counters.Drops.Select(drop => new MetricSample(drop.Value, ("reason", drop.Key)))),
    ];

    /// <summary>By the reason; counted without a tunnel.</summary>
    public const string DaemonDrops = "pqtunnel_daemon_drops_total";

    public const string DaemonDropsHelp = "Dropped packets and datagrams that belonged to none of several tunnels, by reason.";

    private static IEnumerable<MetricSample> LastPackets(TunnelSnapshot tunnel)
    {
        if (tunnel.Children.Max(child => child.LastReceivedAt) is { } received)
            yield return new MetricSample(received.ToUnixTimeSeconds(), In);
        if (tunnel.Children.Max(child => child.LastSentAt) is { } sent)
            yield return new MetricSample(sent.ToUnixTimeSeconds(), Out);
    }

    private static ProbeSnapshot? Probed(TunnelSnapshot tunnel) => tunnel.Probe.State == ProbeState.Unprobed ? null : tunnel.Probe;
}
