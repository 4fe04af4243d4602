using System.Collections.Concurrent;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests;

public sealed class SeedTests(ITestOutputHelper output)
{
    private const int FailuresToShow = 10;

    [Fact]
    public void After_every_storm_both_ends_agree_on_their_SAs_and_keys_and_stay_in_agreement()
    {
        var seeds = SeedRange.FromEnvironment();
        ConcurrentBag<(int Seed, string Why)> failures = [];
        Parallel.For(seeds.First, seeds.First + seeds.Count, (seed, loop) =>
        {
            if (Replay(seed, trace: null) is not { } why)
                return;
            failures.Add((seed, why));
            if (failures.Count >= FailuresToShow)
                loop.Stop();
        });

        if (failures.IsEmpty)
            return;
        (int first, _) = failures.Min();
        List<string> trace = [];
        Replay(first, trace);
        output.WriteLine($"Seed {first}: {Scenario.Draw(first)}\n{string.Join('\n', trace)}");
        Assert.Fail($"{failures.Count} seeds failed:\n" +
            string.Join('\n', failures.Order().Select(failure => $"seed {failure.Seed}: {failure.Why}")) +
            $"\nAgain: ./test.sh sim --seeds 1 --first {first}");
    }

    private static string? Replay(int seed, List<string>? trace)
    {
        try
        {
            using Run run = new(Scenario.Draw(seed), trace);
            return run.Execute();
        }
#pragma warning disable CA1031 // Whatever a core throws, its disposal included, is what the seed has found.
        catch (Exception e)
        {
            return e.ToString();
        }
#pragma warning restore CA1031
    }
}
