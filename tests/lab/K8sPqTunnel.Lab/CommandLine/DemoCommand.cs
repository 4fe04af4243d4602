using System.CommandLine;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary><c>demo</c>: one tunnel on real parts; succeeds only if everything it promises was true.</summary>
internal static class DemoCommand
{
    public static Command Create(Repository repository, StepRunner steps)
    {
        var standalone = new Option<bool>("--standalone") { Description = "Without Kubernetes: three network namespaces (the default)." };
        var command = new Command("demo", "Shows one hybrid post-quantum tunnel on real parts.") { standalone };
        command.SetAction((_, cancellationToken) => RunStandaloneAsync(repository, steps, cancellationToken));
        return command;
    }

    private static async Task<int> RunStandaloneAsync(Repository repository, StepRunner steps, CancellationToken cancellationToken)
    {
        DemoFindings findings = await new StandaloneDemo(repository, steps).RunAsync(cancellationToken);
        DemoTable.Show(steps.Console, findings);
        string[] broken = [.. findings.BrokenPromises()];
        foreach (string promise in broken)
            await Console.Error.WriteLineAsync($"Not as promised: {promise}.");
        return broken.Length == 0 ? 0 : 1;
    }
}
