using System.Text.Json;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tests.State;

public sealed class TunnelSnapshotTests
{
    [Fact]
    public void Without_a_probe_an_established_child_SA_is_ready() => Assert.True(Snapshots.Up.Ready);

    [Fact]
    public void A_tunnel_without_a_child_SA_is_not_ready() => Assert.False((Snapshots.Up with { Children = [] }).Ready);

    [Theory]
    [InlineData(ProbeState.Unprobed, false)]
    [InlineData(ProbeState.Unhealthy, false)]
    [InlineData(ProbeState.Healthy, true)]
    public void With_a_probe_only_its_answer_makes_a_tunnel_ready(ProbeState state, bool ready) =>
        Assert.Equal(ready, (Snapshots.Up with { Probe = new ProbeSnapshot(state, "10.20.0.1", 900, 100, 0) }).Ready);

    [Fact]
    public void The_JSON_reads_back_as_it_was_written()
    {
        string json = JsonSerializer.Serialize(Snapshots.Up, SnapshotJsonContext.Default.TunnelSnapshot);
        TunnelSnapshot back = JsonSerializer.Deserialize(json, SnapshotJsonContext.Default.TunnelSnapshot)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, SnapshotJsonContext.Default.TunnelSnapshot));
        Assert.Contains("\"ready\": true", json);
        Assert.Contains("\"phase\": \"Established\"", json);
    }
}
