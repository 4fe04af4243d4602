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

    /// <param name="only">Part of the names of the trials that are run, case aside; empty for all, and for memory.</param>
    public async Task<IReadOnlyList<BenchResult>> RunAsync(string only, CancellationToken cancellationToken)
    {
        HandshakeStage stage = await HandshakeStage.PrepareAsync(repository, steps, cancellationToken);
        using BenchNetwork network = await BenchNetwork.CreateAsync(stage.Debian13, repository, cancellationToken);
        var run = new HandshakeRun(stage, network, steps, plan);
        List<BenchResult> results = [];
        foreach (Trial trial in Trial.All)
        {
            if (stage.Charons.ContainsKey(trial.Release) && trial.Name.Contains(only, StringComparison.OrdinalIgnoreCase))
                results.AddRange(await CompareAsync(run, stage, network, trial, cancellationToken));
        }

        if (only.Length > 0)
            return results;
        results.AddRange(await CompareMemoryAsync(run, stage, network, cancellationToken));
        results.Add(BenchResult.AtMost("resident memory of the daemon, one tunnel without a peer", "KiB", await DaemonAsync(stage, network, cancellationToken), BaseLimit));
        return results;
    }

    private static Contender Ours(HandshakeStage stage, BenchNetwork network) => new("ours", async (trial, stop) => await OurResponder.StartAsync(
        stage.Program, network.Responder, new RespondOrder(Trial.All.IndexOf(trial), BenchEnds.ResponderAddress, stage.CredentialsOf(trial)), stop));

    private static Contender Charon(HandshakeStage stage, BenchNetwork network, Trial trial) => new($"charon {trial.Release}", async (of, stop) => await Peers.Charon.StartAsync(
        stage.Charons[of.Release], network.Responder, of, Path.Combine(stage.Folder, "responder"), stage.CredentialsOf(of), isResponder: true, stop));

    private async Task<IEnumerable<BenchResult>> CompareAsync(
        HandshakeRun run, HandshakeStage stage, BenchNetwork network, Trial trial, CancellationToken cancellationToken)
    {
        List<RunOutcome> ours = [], peers = [];
        List<InitiatorOutcome> initiators = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            ours.Add(await run.RespondAsync(Ours(stage, network), trial, [], cancellationToken));
            peers.Add(await run.RespondAsync(Charon(stage, network, trial), trial, [], cancellationToken));
            initiators.Add(await run.InitiateByCharonAsync(Ours(stage, network), trial, cancellationToken));
        }

        RunOutcome us = Best(ours), peer = Best(peers);
        string name = trial.Name, charon = peer.Version;
        return
        [
            BenchResult.MoreIsBetter($"responder, {name}", "handshakes per CPU second", us.RatePerCpu, peer.RatePerCpu, charon, trial.Goal),
            BenchResult.MoreIsBetter($"responder, {name}", "handshakes per second", us.Rate, peer.Rate, charon, null),
            BenchResult.LessIsBetter($"responder, {name}, median latency", "ms", us.Load.MedianMilliseconds, peer.Load.MedianMilliseconds, charon, null),
            BenchResult.LessIsBetter($"responder, {name}, 99th percentile latency", "ms", us.Load.P99Milliseconds, peer.Load.P99Milliseconds, charon, null),
            BenchResult.MoreIsBetter(
                $"initiator, {name}", "handshakes per CPU second",
                peers.Max(outcome => outcome.InitiatorRatePerCpu), initiators.Max(outcome => outcome.RatePerCpu), charon, trial.Goal),
            // Each with the other as its responder.
            BenchResult.MoreIsBetter($"initiator, {name}", "handshakes per second", peers.Max(outcome => outcome.Rate), initiators.Max(outcome => outcome.Rate), charon, null),
        ];
    }

    private async Task<IEnumerable<BenchResult>> CompareMemoryAsync(
        HandshakeRun run, HandshakeStage stage, BenchNetwork network, CancellationToken cancellationToken)
    {
        Trial trial = Trial.All.First(each => each.Suite == Suite.X25519MlKem768);
        RunOutcome us = await run.RespondAsync(Ours(stage, network), trial, plan.MemoryAt, cancellationToken);
        RunOutcome peer = await run.RespondAsync(Charon(stage, network, trial), trial, plan.MemoryAt, cancellationToken);
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

    private async Task<long> DaemonAsync(HandshakeStage stage, BenchNetwork network, CancellationToken cancellationToken)
    {
        BenchProgramFile program = await steps.RunAsync("The daemon, compiled ahead", step => BenchProgramFile.PublishDaemonAsync(repository, step, cancellationToken));
        return await steps.RunAsync("the daemon, one tunnel without a peer", async step =>
        {
            await using IdleDaemon daemon = await IdleDaemon.StartAsync(program, network.Responder, stage.Folder, cancellationToken);
            long resident = daemon.ResidentKiB;
            step.Note = $"{resident:#,0} KiB";
            return resident;
        });
    }

    private static RunOutcome Best(List<RunOutcome> outcomes) => outcomes.MaxBy(outcome => outcome.RatePerCpu)!;
}
