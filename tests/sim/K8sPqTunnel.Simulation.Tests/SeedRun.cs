using System.Collections.Concurrent;
using System.Diagnostics;
using K8sPqTunnel.Simulation.Tests.Scenarios;
using K8sPqTunnel.Simulation.Tests.Watch;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>All seeds of a run, once for all tests that look at them.</summary>
public sealed class SeedRun
{
    public SeedRun()
    {
        Range = SeedRange.FromEnvironment();
        var watch = Stopwatch.StartNew();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        ConcurrentBag<(int Seed, string Why)> failures = [];
        int done = 0;
        Parallel.For(Range.First, Range.First + Range.Count, (seed, loop) =>
        {
            string? why = Simulation.Replay(Scenario.Draw(seed, Range.IsLeftOut), trace: null, Coverage);
            Interlocked.Increment(ref done);
            if (why is null)
                return;
            failures.Add((seed, why));
            if (failures.Count >= Range.MostFailures)
                loop.Stop();
        });
        Failures = [.. failures.Order()];
        Summary = $"{done} seeds from {Range.First}, {Failures.Count} failed, {watch.Elapsed.TotalSeconds:0} s, " +
            $"{(Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / Math.Max(1, done):0.00} ms of processor time a seed";
    }

    internal SeedRange Range { get; }

    internal Coverage Coverage { get; } = new();

    internal IReadOnlyList<(int Seed, string Why)> Failures { get; }

    /// <summary>In a line.</summary>
    internal string Summary { get; }
}
