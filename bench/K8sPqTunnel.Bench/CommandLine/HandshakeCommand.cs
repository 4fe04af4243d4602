using System.CommandLine;
using K8sPqTunnel.Bench.Handshakes;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary><c>handshake</c>: handshakes per second and memory, ours and charon's.</summary>
internal static class HandshakeCommand
{
    public static Command Create(StepRunner steps)
    {
        var quick = new Option<bool>("--quick") { Description = "Few handshakes, to see that it works; the figures mean little." };
        var only = new Option<string>("--only") { Description = "Part of the names of the comparisons to run, such as \"X25519 + ML-KEM\"; without it all, and memory.", DefaultValueFactory = _ => "" };
        var command = new Command("handshake", "Compares IKE SA set-ups and memory with charon's.") { quick, only };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Repository repository = Repository.Find();
            bool isQuick = parsed.GetValue(quick);
            string chosen = parsed.GetValue(only) ?? "";
            var benchmark = new HandshakeBenchmark(repository, steps, isQuick ? HandshakePlan.Quick : HandshakePlan.Full);
            IReadOnlyList<BenchResult> results = await benchmark.RunAsync(chosen, cancellationToken);
            BenchReport.Show(steps.Console, results);
            await BenchReport.WriteAsync(Path.Combine(repository.Artifacts, "bench", isQuick ? "handshake.quick.json" : chosen.Length > 0 ? "handshake.part.json" : "handshake.json"), results, cancellationToken);
        });
        return command;
    }
}
