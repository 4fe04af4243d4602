using System.Globalization;
using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>What a change has brought: this build of the daemon beside another one, taking turns.</summary>
/// <param name="other">The folder of the other build, inside the checkout: a copy of an earlier <c>artifacts/bench-daemon</c>.</param>
internal sealed class BuildComparison(Repository repository, StepRunner steps, EspPlan plan, string other)
{
    public async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        EspStage stage = await EspStage.PrepareAsync(repository, steps, cancellationToken);
        EspStage before = stage with { Daemon = new BenchProgramFile(Path.Combine(Path.GetFullPath(other), Path.GetFileName(stage.Daemon.Path))) };
        Dictionary<(EspStage, EspLoad), List<EspMeasurement>> measured = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            // What disturbs both comes as often to the first as to the second.
            foreach (EspStage build in round % 2 == 0 ? new[] { before, stage } : [stage, before])
                await MeasureAsync(build, build == stage ? "this build" : "the other", measured, cancellationToken);
        }

        return [.. plan.Loads.SelectMany(load => Compare(load, measured[(stage, load)], measured[(before, load)]))];
    }

    private async Task MeasureAsync(
        EspStage build, string name, Dictionary<(EspStage, EspLoad), List<EspMeasurement>> measured, CancellationToken cancellationToken)
    {
        await using TunnelPair tunnel = await OurPair.StartAsync(build, cancellationToken);
        var run = new EspRun(build, tunnel, plan.Seconds);
        foreach (EspLoad load in plan.Loads)
        {
            if (!measured.TryGetValue((build, load), out List<EspMeasurement>? all))
                measured[(build, load)] = all = [];
            await steps.RunAsync($"{name}: {load.Title}", async step =>
            {
                EspMeasurement result = await run.MeasureAsync(load, cancellationToken);
                all.Add(result);
                step.Note = string.Create(CultureInfo.InvariantCulture, $"{result.BitsPerSecond / 1e9:0.00} Gb/s, {result.CpuSecondsPerGigabyte:0.00} s/GB");
            });
        }
    }

    private static IEnumerable<BenchResult> Compare(EspLoad load, List<EspMeasurement> ours, List<EspMeasurement> theirs)
    {
        const string name = "the other build";
        yield return BenchResult.MoreIsBetter($"{load.Title}, median", "Gb/s", Median(ours, one => one.BitsPerSecond / 1e9), Median(theirs, one => one.BitsPerSecond / 1e9), name, null);
        yield return BenchResult.LessIsBetter(
            $"{load.Title}, CPU of both ends, median", "s/GB", Median(ours, one => one.CpuSecondsPerGigabyte), Median(theirs, one => one.CpuSecondsPerGigabyte), name, null);
    }

    private static double Median(List<EspMeasurement> all, Func<EspMeasurement, double> figure)
    {
        double[] sorted = [.. all.Select(figure).Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
