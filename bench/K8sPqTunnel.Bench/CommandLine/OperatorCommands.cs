using System.CommandLine;
using System.Text.Json;
using K8sPqTunnel.Bench.Operators;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary><c>operator</c>: thousands of tunnels on a real API server; <c>operator-run ORDER</c>: its part in the cluster's network.</summary>
internal static class OperatorCommands
{
    public static Command Create(StepRunner steps)
    {
        var quick = new Option<bool>("--quick") { Description = "500 tunnels, to see that it works; the figures mean little." };
        var tunnels = new Option<int?>("--tunnels") { Description = "Another number of tunnels." };
        tunnels.Validators.Add(result =>
        {
            if (result.GetValue(tunnels) < 1)
                result.AddError("--tunnels: at least 1, for example 3000");
        });
        var command = new Command("operator", "Measures the operator with 10,000 tunnels on a real API server and etcd.") { quick, tunnels };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Repository repository = Repository.Find();
            bool isQuick = parsed.GetValue(quick);
            OperatorPlan plan = isQuick ? OperatorPlan.Quick : OperatorPlan.Full;
            plan = plan.Of(parsed.GetValue(tunnels) ?? plan.Tunnels);
            var benchmark = new OperatorBenchmark(repository, steps, plan);
            IReadOnlyList<GoalResult> results = await benchmark.RunAsync(cancellationToken);
            GoalReport.Show(steps.Console, results);
            string part = isQuick ? ".quick" : plan == OperatorPlan.Full ? "" : $".{plan.Tunnels}";
            await GoalReport.WriteAsync(Path.Combine(repository.Artifacts, "bench", $"operator{part}.json"), results, cancellationToken);
        });
        return command;
    }

    public static Command CreateRun()
    {
        var order = new Argument<string>("order") { Description = "An operator order as JSON." };
        var command = new Command("operator-run", "Loads and measures the operator; started by a benchmark.") { order };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            OperatorOrder read = JsonSerializer.Deserialize(parsed.GetRequiredValue(order), AnyJson.Default.OperatorOrder)!;
            IReadOnlyList<GoalResult> results = await OperatorRun.RunAsync(read, Say, cancellationToken);
            Say(new OperatorReply($"{results.Count} figures", results));
        });
        return command;
    }

    private static void Say(OperatorReply reply) => Console.Out.WriteLine(JsonSerializer.Serialize(reply, AnyJson.Default.OperatorReply));
}
