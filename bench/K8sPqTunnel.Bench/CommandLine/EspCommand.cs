using System.CommandLine;
using K8sPqTunnel.Bench.Esp;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;
using Spectre.Console;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary><c>esp</c>: what the user-space data plane carries, beside strongSwan's and wireguard-go.</summary>
internal static class EspCommand
{
    public static Command Create(StepRunner steps)
    {
        var quick = new Option<bool>("--quick") { Description = "Two loads, two seconds each, to see that it works; the figures mean little." };
        var against = new Option<string>("--against") { Description = "The folder of another build of our daemon, to be compared with alone: what a change has brought." };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of such a comparison.", DefaultValueFactory = _ => 8 };
        var command = new Command("esp", "Compares the user-space data plane with strongSwan's and with wireguard-go.") { quick, against, rounds };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Repository repository = Repository.Find();
            bool isQuick = parsed.GetValue(quick);
            EspPlan plan = isQuick ? EspPlan.Quick : EspPlan.Full;
            if (parsed.GetValue(against) is { } other)
            {
                var comparison = new BuildComparison(repository, steps, EspPlan.Quick with { Rounds = parsed.GetValue(rounds) }, other);
                await ReportAsync(steps, repository, "esp.against.json", await comparison.RunAsync(cancellationToken), cancellationToken);
                return;
            }
            var benchmark = new EspBenchmark(repository, steps, plan);
            await ReportAsync(steps, repository, isQuick ? "esp.quick.json" : "esp.json", await benchmark.RunAsync(cancellationToken), cancellationToken);
            foreach (string conclusion in benchmark.Conclusions)
                steps.Console.WriteLine(conclusion);
        });
        return command;
    }

    private static async Task ReportAsync(
        StepRunner steps, Repository repository, string file, IReadOnlyList<BenchResult> results, CancellationToken cancellationToken)
    {
        BenchReport.Show(steps.Console, results);
        await BenchReport.WriteAsync(Path.Combine(repository.Artifacts, "bench", file), results, cancellationToken);
    }
}
