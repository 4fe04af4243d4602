using K8sPqTunnel.Simulation.Tests.Scenarios;
using K8sPqTunnel.Simulation.Tests.Watch;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>Runs single seeds, and finds out what a failure needs.</summary>
internal static class Simulation
{
    /// <summary>Runs one seed to its end.</summary>
    /// <param name="trace">Where every event is written; null for nowhere.</param>
    /// <param name="coverage">Counts what its options came to; null: nobody does.</param>
    /// <returns>Null when everything held, otherwise what did not.</returns>
    public static string? Replay(Scenario scenario, List<string>? trace = null, Coverage? coverage = null)
    {
        try
        {
            using Run run = new(scenario, trace);
            string? why = run.Execute();
            coverage?.Take(scenario, run.Evidence);
            return why;
        }
#pragma warning disable CA1031 // Whatever a core throws, its disposal included, is what the seed has found.
        catch (Exception e)
        {
            return e.ToString();
        }
#pragma warning restore CA1031
    }

    /// <summary>Leaves out one option after the other, as long as the seed still fails.</summary>
    public static Scenario Reduce(int seed, Func<Option, bool> without)
    {
        Scenario failing = Scenario.Draw(seed, without);
        HashSet<Option> needless = [];
        foreach (Option option in failing.Options)
        {
            Scenario smaller = Scenario.Draw(seed, other => without(other) || other == option || needless.Contains(other));
            if (Replay(smaller) is null)
                continue;
            needless.Add(option);
            failing = smaller;
        }

        return failing;
    }
}
