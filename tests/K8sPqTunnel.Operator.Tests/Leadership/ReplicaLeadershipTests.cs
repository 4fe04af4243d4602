using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Operator.Hosting;
using K8sPqTunnel.Operator.Leadership;
using K8sPqTunnel.Operator.Tests.Fakes;
using K8sPqTunnel.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Operator.Tests.Leadership;

public sealed class ReplicaLeadershipTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly MemoryCluster _cluster = new();
    private readonly KubernetesClient _client;
    private readonly KubernetesMetrics _metrics = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ReplicaLeadership _leadership;
    private readonly Task _running;
    private volatile int _begun;
    private volatile int _ended;

    public ReplicaLeadershipTests()
    {
        _client = new KubernetesClient(new Uri("http://memory"), _cluster, new KubernetesClientOptions { TimeProvider = _time });
        OperatorOptions options = OperatorOptions.FromEnvironment(
            new Dictionary<string, string> { ["DAEMON_IMAGE"] = "daemon:1", ["POD_NAME"] = "one", ["POD_IP"] = "10.244.1.7" }.GetValueOrDefault);
        _leadership = new ReplicaLeadership(_client, options, _metrics, _time, NullLogger<ReplicaLeadership>.Instance);
        _running = _leadership.RunAsync(LeadAsync, _end.Token);
    }

    [Fact]
    public async Task A_leader_that_could_not_renew_for_a_while_leads_on_where_nobody_else_has()
    {
        await Eventually.TrueAsync(() => _begun == 1, "it leads");
        DateTimeOffset? since = _leadership.Since;
        _cluster.IsAway = true;
        await PassUntilAsync(() => _ended == 1, "its work is ended");
        Assert.False(_leadership.Fence.IsOpen);

        _cluster.IsAway = false;
        await PassUntilAsync(() => _begun == 2, "it leads again");
        Assert.Equal((since, null), (_leadership.Since, _leadership.Other));
        Assert.False(_running.IsCompleted);
    }

    [Fact]
    public async Task A_leader_that_finds_another_in_its_place_ends()
    {
        await Eventually.TrueAsync(() => _begun == 1, "it leads");
        _cluster.IsAway = true;
        await PassUntilAsync(() => _ended == 1, "its work is ended");
        TakeAs("two_10.244.2.8:8443");
        _cluster.IsAway = false;
        await PassUntilAsync(() => _running.IsCompleted, "it ends");
        await Assert.ThrowsAsync<LeadershipLostException>(() => _running);
        Assert.Equal((1, "10.244.2.8:8443"), (_begun, $"{_leadership.Other?.Endpoint}"));
    }

    [Fact]
    public async Task A_leader_ends_also_when_another_has_come_and_gone_meanwhile()
    {
        await Eventually.TrueAsync(() => _begun == 1, "it leads");
        _cluster.IsAway = true;
        await PassUntilAsync(() => _ended == 1, "its work is ended");
        TakeAs("");
        _cluster.IsAway = false;
        await PassUntilAsync(() => _running.IsCompleted, "it ends");
        await Assert.ThrowsAsync<LeadershipLostException>(() => _running);
        Assert.Equal(1, _begun);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _cluster.Dispose();
        _metrics.Dispose();
        _end.Dispose();
    }

    private void TakeAs(string holder) =>
        _cluster.Put(ClusterPaths.Lease, $$$"""{"spec":{"holderIdentity":"{{{holder}}}","leaseDurationSeconds":15,"leaseTransitions":1}}""");

    private Task PassUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(0.5));
            return condition();
        },
        what);

    private async Task LeadAsync(CancellationToken lost)
    {
        _begun++;
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, lost);
        }
        finally
        {
            _ended++;
        }
    }
}
