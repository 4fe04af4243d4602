using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests;

public sealed class SeedTests(SeedRun run, ITestOutputHelper output) : IClassFixture<SeedRun>
{
    private static readonly string SummaryFile = Repository.PathOf(Path.Combine("artifacts", "simulation.md"));

    [Fact]
    public void After_every_storm_both_ends_agree_on_their_SAs_and_keys_and_stay_in_agreement()
    {
        output.WriteLine(run.Summary);
        if (run.Failures.Count == 0)
            return;
        (int first, _) = run.Failures[0];
        Scenario scenario = Simulation.Reduce(first, run.Range.IsLeftOut);
        List<string> trace = [];
        trace.Add(Simulation.Replay(scenario, trace) ?? "");
        output.WriteLine($"Seed {first}: {scenario}\n{string.Join('\n', trace)}");
        Assert.Fail($"{run.Summary}:\n" +
            string.Join('\n', run.Failures.Select(failure => $"seed {failure.Seed} [{string.Join("; ", Scenario.Draw(failure.Seed).Options)}]: {failure.Why}")) +
            $"\nSeed {first} needs of its options: {(scenario.Options.Count > 0 ? string.Join("; ", scenario.Options) : "none")}" +
            $"\nAgain: ./test.sh sim --seeds 1 --first {first}");
    }

    [Fact]
    public void Every_option_has_its_effect_in_some_seed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SummaryFile)!);
        File.WriteAllText(SummaryFile, $"# Simulation\n\n{run.Summary}\n\n{run.Coverage}");
        output.WriteLine(run.Coverage.ToString());
        Assert.SkipUnless(run.Range.Count >= SeedRange.DefaultCount && run.Failures.Count < run.Range.MostFailures, "too few seeds to reach every option");
        Assert.Empty(run.Coverage.Missed);
    }
}
