using System.Globalization;
using System.Text;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Health;

/// <summary>A tunnel's metrics in Prometheus' text format. A configured tunnel that is down still has its `up 0`.</summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(TunnelSnapshot tunnel)
    {
        var text = new StringBuilder();
        string labels = $"namespace=\"{Escape(tunnel.Namespace)}\",tunnel=\"{Escape(tunnel.Name)}\"";

        Gauge("pqtunnel_tunnel_up", "1 while a child SA is up.", tunnel.Phase == TunnelPhase.Established ? 1 : 0);
        Gauge("pqtunnel_tunnel_ready", "1 while packets pass: the child SA is up and the probe, where there is one, is answered.", tunnel.Ready ? 1 : 0);
        Gauge("pqtunnel_tunnel_postquantum_key", "1 while a postquantum preshared key (PPK) is mixed into the IKE SA's keys.", tunnel.Ike?.PostquantumKey is null ? 0 : 1);
        Gauge("pqtunnel_tunnel_quantum_safe", "1 while the IKE SA's keys withstand a quantum computer.", tunnel.Ike is { QuantumSafe: true } ? 1 : 0);
        Gauge("pqtunnel_tunnel_mtu_bytes", "Largest inner packet.", tunnel.Mtu);
        if (tunnel.CertificateExpiresAt is { } expiry)
            Gauge("pqtunnel_tunnel_certificate_expiry_timestamp_seconds", "When our certificate expires, in Unix time.", expiry.ToUnixTimeSeconds());
        if (tunnel.Ike is { } ike)
            Gauge("pqtunnel_tunnel_established_timestamp_seconds", "When the IKE SA came up, in Unix time.", ike.EstablishedAt.ToUnixTimeMilliseconds() / 1000.0);
        if (tunnel.Probe is { State: not ProbeState.Unprobed } probe)
        {
            Gauge("pqtunnel_tunnel_probe_up", "1 while the probe's target answers.", probe.State == ProbeState.Healthy ? 1 : 0);
            Gauge("pqtunnel_tunnel_probe_loss_ratio", "Share of the recent probes without an answer.", probe.Loss);
            if (probe.RoundTripMicroseconds is { } microseconds)
                Gauge("pqtunnel_tunnel_probe_rtt_seconds", "Round-trip time of the last answered probe.", microseconds / 1e6);
        }

        if (tunnel.Transport is { } transport)
        {
            Header("pqtunnel_tunnel_transport_info", "1 for the way in which IKE and ESP travel.", "gauge");
            text.Append($"pqtunnel_tunnel_transport_info{{{labels},transport=\"{transport}\"}} 1\n");
        }
        Header("pqtunnel_tunnel_moves_total", "How often an SA followed an end, or a NAT, to another address or port.", "counter");
        text.Append(CultureInfo.InvariantCulture, $"pqtunnel_tunnel_moves_total{{{labels}}} {tunnel.Moves}\n");
        Counter("pqtunnel_tunnel_packets_total", "Inner packets.", "direction=\"in\"", tunnel.Counters.InboundPackets, "direction=\"out\"", tunnel.Counters.OutboundPackets);
        Counter("pqtunnel_tunnel_bytes_total", "Octets of inner packets.", "direction=\"in\"", tunnel.Counters.InboundOctets, "direction=\"out\"", tunnel.Counters.OutboundOctets);
        Header("pqtunnel_tunnel_rekeys_total", "Rekeys by kind, outcome and who began.", "counter");
        foreach (RekeyCount rekey in tunnel.Rekeys)
        {
            string by = rekey.ByPeer ? "peer" : "self";
            text.Append(CultureInfo.InvariantCulture, $"pqtunnel_tunnel_rekeys_total{{{labels},kind=\"{rekey.Kind}\",outcome=\"{rekey.Outcome}\",by=\"{by}\"}} {rekey.Count}\n");
        }

        Header("pqtunnel_tunnel_drops_total", "Dropped packets and datagrams by reason.", "counter");
        foreach ((string reason, long count) in tunnel.Counters.Drops)
            text.Append(CultureInfo.InvariantCulture, $"pqtunnel_tunnel_drops_total{{{labels},reason=\"{Escape(reason)}\"}} {count}\n");
        return text.ToString();

        void Header(string name, string help, string type) => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

        void Gauge(string name, string help, double value)
        {
            Header(name, help, "gauge");
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value}\n");
        }

        void Counter(string name, string help, string first, long firstValue, string second, long secondValue)
        {
            Header(name, help, "counter");
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels},{first}}} {firstValue}\n{name}{{{labels},{second}}} {secondValue}\n");
        }
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
