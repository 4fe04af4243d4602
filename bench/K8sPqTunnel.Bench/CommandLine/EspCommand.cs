using System.CommandLine;
using K8sPqTunnel.Bench.Esp;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary><c>esp</c>: what the user-space data plane carries, beside strongSwan's and wireguard-go.</summary>
internal static class EspCommand
{
    public static Command Create(StepRunner steps)
    {
        var quick = new Option<bool>("--quick") { Description = "Two loads, two seconds each, to see that it works; the figures mean little." };
        var command = new Command("esp", "Compares the user-space data plane with strongSwan's and with wireguard-go.") { quick };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Repository repository = Repository.Find();
            bool isQuick = parsed.GetValue(quick);
            var benchmark = new EspBenchmark(repository, steps, isQuick ? EspPlan.Quick : EspPlan.Full);
            IReadOnlyList<BenchResult> results = await benchmark.RunAsync(cancellationToken);
            BenchReport.Show(steps.Console, results);
            await BenchReport.WriteAsync(Path.Combine(repository.Artifacts, "bench", isQuick ? "esp.quick.json" : "esp.json"), results, cancellationToken);
        });
        return command;
    }
}
