using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Bench.Respond;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>Whole process against whole process: how many IKE SAs a second of CPU sets up, and what one costs in memory.</summary>
internal sealed class HandshakeBenchmark(Repository repository, StepRunner steps, HandshakePlan plan)
{
    /// <summary>Of 1: what one SA costs may not be more than with charon.</summary>
    private const double NotMore = 1;

    /// <summary>KiB that our process may take without any SA.</summary>
    private const double BaseLimit = 60 * 1024;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        HandshakeStage stage = await HandshakeStage.PrepareAsync(repository, steps, cancellationToken);
        using BenchNetwork network = await BenchNetwork.CreateAsync(stage.Debian13, repository, cancellationToken);
        var run = new HandshakeRun(stage, network, steps, plan);
        List<BenchResult> results = [];
        foreach (Suite suite in Suite.All)
            results.AddRange(await CompareAsync(run, stage, network, suite, cancellationToken));
        results.AddRange(await CompareMemoryAsync(run, stage, network, cancellationToken));
        return results;
    }

    private static Contender Ours(HandshakeStage stage, BenchNetwork network) => new("ours", async (suite, stop) =>
        await OurResponder.StartAsync(stage.Program, network.Responder, new RespondOrder(Suite.All.IndexOf(suite), BenchEnds.ResponderAddress), stop));

    private static Contender Charon(HandshakeStage stage, BenchNetwork network) => new("charon", async (suite, stop) =>
        await Peers.Charon.StartAsync(stage.StrongSwan, stage.LoadTester, network.Responder, suite, stage.Folder, initiate: 0, stop));

    private async Task<IEnumerable<BenchResult>> CompareAsync(
        HandshakeRun run, HandshakeStage stage, BenchNetwork network, Suite suite, CancellationToken cancellationToken)
    {
        List<RunOutcome> ours = [], peers = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            ours.Add(await run.RespondAsync(Ours(stage, network), suite, [], cancellationToken));
            peers.Add(await run.RespondAsync(Charon(stage, network), suite, [], cancellationToken));
        }

        InitiatorOutcome initiator = await run.InitiateByCharonAsync(Ours(stage, network), suite, cancellationToken);
        RunOutcome us = Best(ours), peer = Best(peers);
        string name = $"{suite.Name}, PSK", charon = peer.Version;
        return
        [
            BenchResult.MoreIsBetter($"responder, {name}", "handshakes per CPU second", us.RatePerCpu, peer.RatePerCpu, charon, suite.Goal),
            BenchResult.MoreIsBetter($"responder, {name}", "handshakes per second", us.Rate, peer.Rate, charon, null),
            BenchResult.LessIsBetter($"responder, {name}, median latency", "ms", us.Load.MedianMilliseconds, peer.Load.MedianMilliseconds, charon, null),
            BenchResult.LessIsBetter($"responder, {name}, 99th percentile latency", "ms", us.Load.P99Milliseconds, peer.Load.P99Milliseconds, charon, null),
            BenchResult.MoreIsBetter(
                $"initiator, {name}", "handshakes per CPU second", peers.Max(outcome => outcome.InitiatorRatePerCpu), initiator.RatePerCpu, charon, suite.Goal),
        ];
    }

    private async Task<IEnumerable<BenchResult>> CompareMemoryAsync(
        HandshakeRun run, HandshakeStage stage, BenchNetwork network, CancellationToken cancellationToken)
    {
        Suite suite = Suite.All[1];
        RunOutcome us = await run.RespondAsync(Ours(stage, network), suite, plan.MemoryAt, cancellationToken);
        RunOutcome peer = await run.RespondAsync(Charon(stage, network), suite, plan.MemoryAt, cancellationToken);
        IReadOnlyList<long> ours = us.Load.ResponderMemoryKiB, theirs = peer.Load.ResponderMemoryKiB;
        List<BenchResult> results =
        [
            BenchResult.AtMost("resident memory without SAs", "KiB", ours[0], BaseLimit),
            BenchResult.LessIsBetter("resident memory without SAs", "KiB", ours[0], theirs[0], peer.Version, null),
        ];
        for (int i = 1; i < plan.MemoryAt.Count; i++)
        {
            int count = plan.MemoryAt[i];
            results.Add(BenchResult.LessIsBetter($"resident memory with {count} SAs", "KiB", ours[i], theirs[i], peer.Version, null));
            results.Add(BenchResult.LessIsBetter(
                $"memory of each of {count} SAs", "KiB", (double)(ours[i] - ours[0]) / count, (double)(theirs[i] - theirs[0]) / count, peer.Version, NotMore));
        }

        return results;
    }

    private static RunOutcome Best(List<RunOutcome> outcomes) => outcomes.MaxBy(outcome => outcome.RatePerCpu)!;
}
