using FsCheck.Fluent;
using K8sPqTunnel.Kubernetes.Leases;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Kubernetes.Tests.Leases;

public sealed class LeaseElectionProperties
{
    private const int Candidates = 3;

    private enum Network
    {
        Whole,
        LosesRequests,
        LosesAnswers,
    }

    [Fact]
    public void Whatever_the_network_loses_and_whoever_is_held_still_no_two_may_write_at_once_and_a_healthy_one_comes_to_lead()
    {
        var steps =
            from candidate in Gen.Choose(0, Candidates - 1)
            from network in Gen.Elements(Network.Whole, Network.Whole, Network.Whole, Network.LosesRequests, Network.LosesAnswers)
            from seconds in Gen.Choose(0, 8)
            select (candidate, network, seconds);

        Prop.ForAll(steps.ListOf().ToArbitrary(), script => NeverTwoAsync([.. script])).MustHold(tests: 1000);
    }

    private static async Task<bool> NeverTwoAsync(IReadOnlyList<(int Candidate, Network Network, int Seconds)> script)
    {
        var time = new ManualTime();
        var server = new LeaseServer();
        LeaseServer.Way[] ways = [.. Enumerable.Range(0, Candidates).Select(_ => new LeaseServer.Way())];
        LeaseElection[] elections =
        [
            .. ways.Select((way, number) => new LeaseElection(
                server.Connect(way, time),
                new LeaseElectionOptions { Lease = new NamespacedName("ns", "leader"), Identity = $"c{number}", TimeProvider = time },
                NullLogger.Instance)),
        ];

        bool MayBe() => elections.Count(election => election.Fence.IsOpen) <= 1;

        foreach (var (candidate, network, seconds) in script)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            ways[candidate].LosesRequests = network == Network.LosesRequests;
            ways[candidate].LosesAnswers = network == Network.LosesAnswers;
            await elections[candidate].TryHoldAsync(CancellationToken.None);
            if (!MayBe())
                return false;
        }

        // One look to see who holds it, and one after its whole duration.
        ways[0].LosesRequests = ways[0].LosesAnswers = false;
        await elections[0].TryHoldAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(15));
        return await elections[0].TryHoldAsync(CancellationToken.None) && elections[0].Fence.IsOpen && MayBe();
    }
}
