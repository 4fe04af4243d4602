using System.CommandLine;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;
using K8sPqTunnel.Lab.Testing;
using Spectre.Console;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary><c>test [unit|sim|interop|kernel|cluster] [--seeds N] [--first S] [xunit options]</c>: builds once what they need, runs the tests, and ends with the closing line.</summary>
internal static class TestCommand
{
    public static Command Create(Repository repository, StepRunner steps)
    {
        var parts = new Argument<string[]>("parts")
        {
            Description = "unit, sim, interop, kernel or cluster (nothing: all of them), then options for the test programs, for example -class '*Replay*'.",
        };
        var seeds = new Option<int?>("--seeds") { Description = "How many seeds the simulation runs." };
        var first = new Option<int?>("--first") { Description = "The first of them; with --seeds 1, the one that failed, to see it again." };
        var command = new Command("test", "Runs the tests.") { parts, seeds, first };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(
                repository, steps, [.. parsed.GetValue(parts) ?? [], .. parsed.UnmatchedTokens],
                new SimulationSeeds(parsed.GetValue(seeds), parsed.GetValue(first)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Repository repository, StepRunner steps, string[] arguments, SimulationSeeds seeds, CancellationToken cancellationToken)
    {
        TestPart[] named = [.. arguments.TakeWhile(IsPart).Select(name => Enum.Parse<TestPart>(name, ignoreCase: true))];
        string[] options = arguments[named.Length..];
        TestPart[] parts = named.Length > 0 ? named : Enum.GetValues<TestPart>();
        if (options is [var first, ..] && !first.StartsWith('-'))
            throw new LabException($"\"{first}\" is not a part of the tests: name unit, sim, interop, kernel or cluster, or nothing for all of them.");

        string root = "";
        var maker = new DebianRootMaker(new LabCache(repository.Cache));
        await steps.RunAllAsync(
            new LabStep("Build", step => new TestBuild(repository).RunAsync(parts, step, cancellationToken)),
            new LabStep("Debian 13 root", async step => root = await maker.MakeAsync(LabRoots.Debian13, step, cancellationToken)));

        var session = new TestSession(repository, steps, root, options, seeds);
        TestReport total = TestReport.Empty;
        foreach (TestPart part in parts)
            total = total.Plus(await session.RunAsync(part, cancellationToken));
        Show(steps.Console, total);
        return total is { Passed: > 0, Failed.Count: 0 } ? 0 : 1;
    }

    private static bool IsPart(string name) => !name.StartsWith('-') && Enum.TryParse<TestPart>(name, ignoreCase: true, out _);

    private static void Show(IAnsiConsole console, TestReport report)
    {
        foreach (IGrouping<string, TestNote> skipped in report.Skipped.GroupBy(note => note.Text))
        {
            string which = skipped.Count() == 1 ? skipped.First().Test : $"{skipped.Count()} tests, the first of them {skipped.First().Test}";
            console.WriteLine($"skipped: {which}: {skipped.Key}");
        }

        foreach (TestNote failed in report.Failed)
            console.WriteLine($"FAILED: {failed.Test}\n    {failed.Text.ReplaceLineEndings("\n    ")}");
        console.WriteLine();
        console.WriteLine(report.ToString());
    }
}
