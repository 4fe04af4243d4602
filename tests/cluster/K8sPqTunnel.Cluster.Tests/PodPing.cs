using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>The workload pod pings the host behind the remote site, ten times a second, started past the API server.</summary>
internal sealed class PodPing : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly RunningCommand _ping;

    private PodPing(RunningCommand ping) => _ping = ping;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PodPing> StartAsync(ClusterRealm realm, int count)
    {
        string container = await realm.WorkloadContainerAsync(Stop);
        var ping = new PodPing(realm.Node.Start(ClusterNode.Ctr(
            "tasks", "exec", "--exec-id", $"ping-{Guid.NewGuid():N}", container,
            "ping", "-c", $"{count}", "-i", "0.1", "-W", "1", RemoteSite.Host)));
        await ping.WaitForAsync(1);
        return ping;
    }

    /// <summary>Waits until this many answers have come.</summary>
    public Task WaitForAsync(int answers) => Wait.UntilAsync(
        $"{answers} pings are answered", () => _ping.Output.Split('\n').Count(line => line.Contains("seq=", StringComparison.Ordinal)) >= answers, Limit, Stop);

    /// <summary>Waits for its end.</summary>
    public async Task<PingSummary> FinishAsync() => PingSummary.Parse((await _ping.FinishAsync(Stop)).Output);

    public ValueTask DisposeAsync() => _ping.DisposeAsync();
}
