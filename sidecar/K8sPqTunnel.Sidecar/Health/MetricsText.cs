using System.Globalization;
using System.Text;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>The tunnels' metrics in Prometheus' text format. A configured tunnel that is down still has its `up 0`.</summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Gauge = "gauge";
    private const string Counter = "counter";

    /// <param name="shared">Drops that belonged to none of several tunnels.</param>
    public static string Of(IReadOnlyList<TunnelSnapshot> tunnels, IReadOnlyDictionary<string, long> shared)
    {
        var text = new StringBuilder();
        foreach (Metric metric in Metrics)
            Write(text, metric, [.. tunnels.SelectMany(tunnel => metric.Read(tunnel).Select(sample => (Labels(tunnel, sample.Labels), sample.Value)))]);
        Write(text, new Metric("pqtunnel_daemon_drops_total", "Dropped packets and datagrams that belonged to none of several tunnels, by reason.", Counter, _ => []),
            [.. shared.Select(drop => ($"reason=\"{Escape(drop.Key)}\"", (double)drop.Value))]);
        return text.ToString();
    }

    // In the order in which they are written; one without a sample is left out, but for counters by reason.
    private static readonly Metric[] Metrics =
    [
        One("pqtunnel_tunnel_up", "1 while a child SA is up.", tunnel => tunnel.Phase == TunnelPhase.Established ? 1 : 0),
        One("pqtunnel_tunnel_ready", "1 while packets pass: the child SA is up and the probe, where there is one, is answered.", tunnel => tunnel.Ready ? 1 : 0),
        One("pqtunnel_tunnel_peers", "Peers with an IKE SA; more than one only where they come from unknown addresses.", tunnel => tunnel.Peers.Count),
        One("pqtunnel_tunnel_postquantum_key", "1 while a postquantum preshared key (PPK) is mixed into the IKE SA's keys.", tunnel => tunnel.Ike?.PostquantumKey is null ? 0 : 1),
        One("pqtunnel_tunnel_quantum_safe", "1 while the IKE SA's keys withstand a quantum computer.", tunnel => tunnel.Ike is { QuantumSafe: true } ? 1 : 0),
        One("pqtunnel_tunnel_mtu_bytes", "Largest inner packet.", tunnel => tunnel.Mtu),
        One("pqtunnel_tunnel_path_mtu_bytes", "Largest packet that the path outside carries.", tunnel => tunnel.PathMtu),
        One("pqtunnel_tunnel_certificate_expiry_timestamp_seconds", "When our certificate expires, in Unix time.", tunnel => tunnel.CertificateExpiresAt?.ToUnixTimeSeconds()),
        One("pqtunnel_tunnel_established_timestamp_seconds", "When the IKE SA came up, in Unix time.", tunnel => tunnel.Ike?.EstablishedAt.ToUnixTimeMilliseconds() / 1000.0),
        One("pqtunnel_tunnel_probe_up", "1 while the probe's target answers.", tunnel => Probed(tunnel)?.State is { } state ? (state == ProbeState.Healthy ? 1 : 0) : null),
        One("pqtunnel_tunnel_probe_loss_ratio", "Share of the recent probes without an answer.", tunnel => Probed(tunnel)?.Loss),
        One("pqtunnel_tunnel_probe_jitter_seconds", "Mean difference between one round trip of the probe and the next, over the recent answers.", tunnel => Probed(tunnel)?.JitterMicroseconds / 1e6),
        One("pqtunnel_tunnel_probe_rtt_seconds", "Round-trip time of the last answered probe.", tunnel => Probed(tunnel)?.RoundTripMicroseconds / 1e6),
        new("pqtunnel_tunnel_transport_info", "1 for the way in which IKE and ESP travel.", Gauge,
            tunnel => tunnel.Transport is { } transport ? [($"transport=\"{transport}\"", 1)] : []),
        new("pqtunnel_tunnel_dataplane_info", "1 for what encrypts the packets.", Gauge,
            tunnel => tunnel.Dataplane is { } dataplane ? [($"dataplane=\"{dataplane}\"", 1)] : []),
        One("pqtunnel_tunnel_hardware_offload", "1 while a network card encrypts the packets; only where spec.child.hardwareOffload asks for it.",
            tunnel => tunnel.Offload is { } offload ? (offload.WhyNot is null ? 1 : 0) : null),
        new("pqtunnel_tunnel_probe_answers_total", "Health checks of the peer that were answered (spec.probe.answer).", Counter, tunnel => [("", tunnel.Counters.ProbesAnswered)]),
        new("pqtunnel_tunnel_moves_total", "How often an SA followed an end, or a NAT, to another address or port.", Counter, tunnel => [("", tunnel.Moves)]),
        new("pqtunnel_tunnel_packets_total", "Inner packets.", Counter,
            tunnel => [("direction=\"in\"", tunnel.Counters.InboundPackets), ("direction=\"out\"", tunnel.Counters.OutboundPackets)]),
        new("pqtunnel_tunnel_bytes_total", "Octets of inner packets.", Counter,
            tunnel => [("direction=\"in\"", tunnel.Counters.InboundOctets), ("direction=\"out\"", tunnel.Counters.OutboundOctets)]),
        new("pqtunnel_tunnel_last_packet_timestamp_seconds", "When the last packet passed a child SA that is up, in Unix time.", Gauge, LastPackets),
        new("pqtunnel_tunnel_mss_clamped_total", "Openings of TCP connections that were told a smaller segment.", Counter, tunnel => [("", tunnel.Counters.Clamped)]),
        new("pqtunnel_tunnel_rekeys_total", "Rekeys by kind, outcome and who began.", Counter,
            tunnel => tunnel.Rekeys.Select(rekey => ($"kind=\"{rekey.Kind}\",outcome=\"{rekey.Outcome}\",by=\"{(rekey.ByPeer ? "peer" : "self")}\"", (double)rekey.Count))),
        new("pqtunnel_tunnel_drops_total", "Dropped packets and datagrams by reason.", Counter,
            tunnel => tunnel.Counters.Drops.Select(drop => ($"reason=\"{Escape(drop.Key)}\"", (double)drop.Value))),
    ];

    private static Metric One(string name, string help, Func<TunnelSnapshot, double?> read) =>
        new(name, help, Gauge, tunnel => read(tunnel) is { } value ? [("", value)] : []);

    private static IEnumerable<(string Labels, double Value)> LastPackets(TunnelSnapshot tunnel)
    {
        if (tunnel.Children.Max(child => child.LastReceivedAt) is { } received)
            yield return ("direction=\"in\"", received.ToUnixTimeSeconds());
        if (tunnel.Children.Max(child => child.LastSentAt) is { } sent)
            yield return ("direction=\"out\"", sent.ToUnixTimeSeconds());
    }

    private static ProbeSnapshot? Probed(TunnelSnapshot tunnel) => tunnel.Probe.State == ProbeState.Unprobed ? null : tunnel.Probe;

    private static void Write(StringBuilder text, Metric metric, IReadOnlyList<(string Labels, double Value)> samples)
    {
        if (samples.Count == 0 && metric.Type == Gauge)
            return;
        text.Append($"# HELP {metric.Name} {metric.Help}\n# TYPE {metric.Name} {metric.Type}\n");
        foreach ((string labels, double value) in samples)
            text.Append(CultureInfo.InvariantCulture, $"{metric.Name}{{{labels}}} {value}\n");
    }

    private static string Labels(TunnelSnapshot tunnel, string more) =>
        $"namespace=\"{Escape(tunnel.Namespace)}\",tunnel=\"{Escape(tunnel.Name)}\"{(more.Length == 0 ? "" : $",{more}")}";

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    /// <param name="Read">A tunnel's samples: labels of their own, and values.</param>
    private sealed record Metric(string Name, string Help, string Type, Func<TunnelSnapshot, IEnumerable<(string Labels, double Value)>> Read);
}
