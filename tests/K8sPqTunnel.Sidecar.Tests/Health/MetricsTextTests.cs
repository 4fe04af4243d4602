using K8sPqTunnel.Sidecar.Health;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tests.Health;

public sealed class MetricsTextTests
{
    [Fact]
    public void A_configured_tunnel_that_is_down_still_has_its_up_0() =>
        Assert.Contains("pqtunnel_up{namespace=\"network\",tunnel=\"berlin\"} 0\n", Text(Snapshots.Down));

    [Fact]
    public void An_established_tunnel_shows_that_it_is_quantum_safe_and_what_passed()
    {
        string text = Text(Snapshots.Up);
        Assert.Contains("pqtunnel_tunnel_quantum_safe{namespace=\"network\",tunnel=\"berlin\"} 1\n", text);
        Assert.Contains("pqtunnel_tunnel_bytes_total{namespace=\"network\",tunnel=\"berlin\",direction=\"in\"} 300\n", text);
        Assert.Contains("pqtunnel_tunnel_drops_total{namespace=\"network\",tunnel=\"berlin\",reason=\"XfrmInStateSeqError\"} 5\n", text);
    }

    [Fact]
    public void The_time_of_the_last_packet_shows_for_each_direction_that_had_one()
    {
        string text = Text(Snapshots.Up);
        Assert.Contains($"pqtunnel_tunnel_last_packet_timestamp_seconds{{namespace=\"network\",tunnel=\"berlin\",direction=\"in\"}} {Snapshots.Noon.ToUnixTimeSeconds() + 7}\n", text);
        Assert.DoesNotContain("last_packet_timestamp_seconds{namespace=\"network\",tunnel=\"berlin\",direction=\"out\"}", text);
    }

    [Fact]
    public void Whether_a_card_encrypts_shows_where_it_was_asked_to()
    {
        Assert.DoesNotContain("hardware_offload", Text(Snapshots.Up));
        const string metric = "pqtunnel_tunnel_hardware_offload{namespace=\"network\",tunnel=\"berlin\"}";
        Assert.Contains($"{metric} 1\n", Text(Snapshots.Up with { Offload = new OffloadSnapshot("eth0", null) }));
        Assert.Contains($"{metric} 0\n", Text(Snapshots.Up with { Offload = new OffloadSnapshot("eth0", "it cannot") }));
    }

    [Fact]
    public void The_transport_in_use_and_the_moves_show()
    {
        string text = Text(Snapshots.Up with { Transport = OuterTransport.UdpEncapsulated, Moves = 2 });
        Assert.Contains("pqtunnel_tunnel_transport_info{namespace=\"network\",tunnel=\"berlin\",transport=\"UdpEncapsulated\"} 1\n", text);
        Assert.Contains("pqtunnel_tunnel_moves_total{namespace=\"network\",tunnel=\"berlin\"} 2\n", text);
        Assert.DoesNotContain("transport_info", Text(Snapshots.Down));
    }

    [Fact]
    public void What_encrypts_the_packets_shows()
    {
        Assert.Contains("pqtunnel_tunnel_dataplane_info{namespace=\"network\",tunnel=\"berlin\",dataplane=\"Userspace\"} 1\n", Text(Snapshots.Up));
    }

    [Fact]
    public void The_end_of_our_certificate_shows_where_there_is_one()
    {
        string text = Text(Snapshots.Down with { CertificateExpiresAt = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000) });
        Assert.Contains("pqtunnel_tunnel_certificate_expiry_timestamp_seconds{namespace=\"network\",tunnel=\"berlin\"} 1800000000\n", text);
        Assert.DoesNotContain("certificate_expiry", Text(Snapshots.Up));
    }

    [Fact]
    public void Changes_of_keys_and_a_former_one_that_is_taken_yet_show()
    {
        string text = Text(Snapshots.Up with { CredentialChanges = 2, FormerKeyTaken = true });
        Assert.Contains("pqtunnel_tunnel_credential_changes_total{namespace=\"network\",tunnel=\"berlin\"} 2\n", text);
        Assert.Contains("pqtunnel_tunnel_former_key_taken{namespace=\"network\",tunnel=\"berlin\"} 1\n", text);
        Assert.Contains("pqtunnel_tunnel_former_key_taken{namespace=\"network\",tunnel=\"berlin\"} 0\n", Text(Snapshots.Up));
    }

    [Fact]
    public void Rekeys_are_counted_by_kind_outcome_and_who_began()
    {
        string text = Text(Snapshots.Up with { Rekeys = [new RekeyCount("Child", "Done", ByPeer: false, 7), new RekeyCount("Ike", "PutOff", ByPeer: true, 1)] });
        Assert.Contains("pqtunnel_tunnel_rekeys_total{namespace=\"network\",tunnel=\"berlin\",kind=\"Child\",outcome=\"Done\",by=\"self\"} 7\n", text);
        Assert.Contains("pqtunnel_tunnel_rekeys_total{namespace=\"network\",tunnel=\"berlin\",kind=\"Ike\",outcome=\"PutOff\",by=\"peer\"} 1\n", text);
    }

    [Fact]
    public void The_algorithms_show_while_there_is_an_IKE_SA()
    {
        string text = Text(Snapshots.Up);
        IkeSaSnapshot ike = Snapshots.Up.Ike!;
        Assert.Contains($"pqtunnel_tunnel_info{{namespace=\"network\",tunnel=\"berlin\",ike=\"{ike.Proposal}\","
            + $"key_exchange=\"{string.Join(" + ", ike.KeyExchanges)}\",child=\"{Snapshots.Up.Children[^1].Proposal}\"}} 1\n", text);
        Assert.DoesNotContain("pqtunnel_tunnel_info", Text(Snapshots.Down));
    }

    [Fact]
    public void Handshakes_are_a_histogram_whose_buckets_add_up()
    {
        DurationHistogram two = DurationHistogram.Empty.With(TimeSpan.FromMilliseconds(40)).With(TimeSpan.FromSeconds(60));
        string text = Text(Snapshots.Up with { Handshakes = two, Retransmissions = 3 });
        const string metric = "pqtunnel_tunnel_handshake_duration_seconds";
        const string labels = "namespace=\"network\",tunnel=\"berlin\"";
        Assert.Contains($"# TYPE {metric} histogram\n", text);
        Assert.Contains($"{metric}_bucket{{{labels},le=\"0.025\"}} 0\n", text);
        Assert.Contains($"{metric}_bucket{{{labels},le=\"0.05\"}} 1\n", text);
        Assert.Contains($"{metric}_bucket{{{labels},le=\"+Inf\"}} 2\n", text);
        Assert.Contains($"{metric}_sum{{{labels}}} 60.04\n{metric}_count{{{labels}}} 2\n", text);
        Assert.Contains($"pqtunnel_tunnel_retransmissions_total{{{labels}}} 3\n", text);
    }

    [Fact]
    public void A_probe_without_an_answer_has_no_round_trip_time()
    {
        string text = Text(Snapshots.Up with { Probe = new ProbeSnapshot(ProbeState.Unhealthy, "10.20.0.1", null, null, 1) });
        Assert.Contains("pqtunnel_tunnel_probe_up{namespace=\"network\",tunnel=\"berlin\"} 0\n", text);
        Assert.DoesNotContain("probe_rtt", text);
    }

    [Fact]
    public void What_the_probe_measures_and_how_often_we_answered_show()
    {
        string text = Text(Snapshots.Up with
        {
            Probe = new ProbeSnapshot(ProbeState.Healthy, "10.20.0.1", 1500, 250, 0.05),
            Counters = new CounterSnapshot { ProbesAnswered = 12 },
        });
        Assert.Contains("pqtunnel_tunnel_probe_rtt_seconds{namespace=\"network\",tunnel=\"berlin\"} 0.0015\n", text);
        Assert.Contains("pqtunnel_tunnel_probe_jitter_seconds{namespace=\"network\",tunnel=\"berlin\"} 0.00025\n", text);
        Assert.Contains("pqtunnel_tunnel_probe_loss_ratio{namespace=\"network\",tunnel=\"berlin\"} 0.05\n", text);
        Assert.Contains("pqtunnel_tunnel_probe_answers_total{namespace=\"network\",tunnel=\"berlin\"} 12\n", text);
    }

    [Fact]
    public void Every_metric_is_announced_once_before_its_samples()
    {
        string[] lines = Text(Snapshots.Up).TrimEnd('\n').Split('\n');
        string[] announced = [.. lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];

        Assert.Equal(announced.Distinct(), announced);
        Assert.All(lines.Where(line => line[0] != '#'), line => Assert.Contains(announced, name => line.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Several_tunnels_share_an_announcement_and_have_a_sample_each()
    {
        string text = MetricsText.Of([Snapshots.Up, Snapshots.Down with { Name = "paris" }], new Dictionary<string, long> { ["IkeNotOurs"] = 3 });

        Assert.Equal(2, text.Split("# TYPE pqtunnel_up ").Length);
        Assert.Contains("pqtunnel_up{namespace=\"network\",tunnel=\"berlin\"} 1\n", text);
        Assert.Contains("pqtunnel_up{namespace=\"network\",tunnel=\"paris\"} 0\n", text);
        Assert.Contains("pqtunnel_daemon_drops_total{reason=\"IkeNotOurs\"} 3\n", text);
    }

    private static string Text(TunnelSnapshot tunnel) => MetricsText.Of([tunnel], new Dictionary<string, long>());
}
