using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Leases;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Kubernetes.Tests.Leases;

public sealed class LeaseElectionTests
{
    private readonly ManualTime _time = new();
    private readonly LeaseServer _server = new();

    [Fact]
    public async Task One_leads_and_renews_while_the_other_waits_until_it_has_not_renewed_for_its_whole_duration()
    {
        await using var first = new Candidate("first", _server, _time);
        await Eventually.True(() => first.Leads, "the first leads");
        await using var second = new Candidate("second", _server, _time);
        await Eventually.True(() => second.Election.Holder == "first", "the second sees the first");
        await PassAsync(60);
        Assert.True(first.Leads);
        Assert.False(second.HasLed);
        Assert.InRange(_server.Writes, 20, 32);

        first.Way.LosesRequests = true;
        await PassAsync(9);
        Assert.False(second.HasLed);
        await PassAsync(10);
        await Eventually.True(() => second.Leads, "the second leads");
        Assert.False(first.Leads);
        Assert.Equal(("second", 1), (_server.Holder, _server.Transitions));
    }

    [Fact]
    public async Task A_renewal_is_one_request_until_somebody_else_has_written_to_the_lease()
    {
        await using var leader = new Candidate("leader", _server, _time);
        await Eventually.True(() => leader.Leads, "it leads");
        int reads = _server.Reads;
        await PassAsync(20);
        Assert.Equal(reads, _server.Reads);

        _server.Touch();
        await PassAsync(20);
        Assert.Equal(reads + 1, _server.Reads);

        _server.Delete();
        await PassAsync(20);
        Assert.Equal(reads + 2, _server.Reads);
        Assert.Equal("leader", _server.Holder);
        Assert.True(leader.Leads);
    }

    [Fact]
    public async Task A_leader_that_ends_in_good_order_leaves_the_lease_to_the_next_at_once()
    {
        var first = new Candidate("first", _server, _time);
        await Eventually.True(() => first.Leads, "the first leads");
        await using var second = new Candidate("second", _server, _time);
        await Eventually.True(() => second.Election.Holder == "first", "the second sees the first");

        await first.DisposeAsync();
        Assert.Equal("", _server.Holder);
        await PassAsync(3);
        await Eventually.True(() => second.Leads, "the second leads");
    }

    [Fact]
    public async Task A_leader_that_was_held_still_sends_no_write_when_it_goes_on()
    {
        await using var leader = new Candidate("leader", _server, _time);
        await Eventually.True(() => leader.Leads, "it leads");
        using var fenced = leader.Client.FencedBy(leader.Election.Fence);
        var lease = await fenced.Of(Kinds.Lease).GetAsync(Candidate.Name);
        await fenced.Of(Kinds.Lease).AddFinalizerAsync(lease, "x/y");
        int writes = _server.Writes;

        leader.Way.LosesRequests = true;                                 // and no timer of its own fires before the write
        _time.Skip(TimeSpan.FromSeconds(11));

        leader.Way.LosesRequests = false;
        var e = await Assert.ThrowsAsync<NotLeaderException>(() => fenced.Of(Kinds.Lease).AddFinalizerAsync(lease, "x/y"));
        Assert.Contains("does not hold its lease", e.Message);
        Assert.Equal(writes, _server.Writes);
        await fenced.Of(Kinds.Lease).GetAsync(Candidate.Name);
    }

    [Fact]
    public async Task The_leaders_work_ends_with_its_lease_and_its_failure_ends_the_election()
    {
        await using var leader = new Candidate("leader", _server, _time);
        await Eventually.True(() => leader.Leads, "it leads");
        leader.Way.LosesRequests = true;
        await PassAsync(14);
        await Eventually.True(() => leader.WorkEnded && leader.Running.IsCompletedSuccessfully, "the work was cancelled and the election ended");

        var other = new LeaseElection(_server.Connect(new LeaseServer.Way(), _time), Candidate.Options("other", _time), NullLogger.Instance);
        _time.Skip(TimeSpan.FromSeconds(20));
        var running = other.RunAsync(_ => throw new InvalidOperationException("a defect"), TestContext.Current.CancellationToken);
        await PassAsync(20);
        await Assert.ThrowsAsync<InvalidOperationException>(() => running);
        Assert.Equal("", _server.Holder);
    }

    // Timers fire in small steps, so that what they wake has time to come to rest.
    private async Task PassAsync(int seconds)
    {
        for (int i = 0; i < seconds * 2; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public Candidate(string identity, LeaseServer server, ManualTime time)
        {
            Client = server.Connect(Way, time);
            Election = new LeaseElection(Client, Options(identity, time), NullLogger.Instance);
            Running = RunAsync();
        }

        public static NamespacedName Name { get; } = new("ns", "leader");

        public LeaseServer.Way Way { get; } = new();

        public KubernetesClient Client { get; }

        public LeaseElection Election { get; }

        public Task Running { get; }

        public bool HasLed { get; private set; }

        public bool WorkEnded { get; private set; }

        public bool Leads => HasLed && !WorkEnded && Election.Fence.IsOpen;

        public static LeaseElectionOptions Options(string identity, TimeProvider time) => new() { Lease = Name, Identity = identity, TimeProvider = time };

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Running;
            Client.Dispose();
            _stop.Dispose();
        }

        private async Task RunAsync()
        {
            try
            {
                await Election.RunAsync(LeadAsync, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The test ends.
            }
        }

        private async Task LeadAsync(CancellationToken cancellationToken)
        {
            HasLed = true;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                WorkEnded = true;
            }
        }
    }
}
