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
        var cluster = new Option<bool>("--cluster") { Description = "On Kubernetes: the operator, a gateway pod and a workload pod." };
        var command = new Command("demo", "Shows one hybrid post-quantum tunnel on real parts.") { standalone, cluster };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(cluster)
            ? RunClusterAsync(repository, steps, cancellationToken)
            : RunStandaloneAsync(repository, steps, cancellationToken));
        return command;
    }

    private static async Task<int> RunStandaloneAsync(Repository repository, StepRunner steps, CancellationToken cancellationToken)
    {
        DemoFindings findings = await new StandaloneDemo(repository, steps).RunAsync(cancellationToken);
        DemoTable.Show(steps.Console, findings);
        return await JudgeAsync(findings.BrokenPromises());
    }

    private static async Task<int> RunClusterAsync(Repository repository, StepRunner steps, CancellationToken cancellationToken)
    {
        ClusterFindings findings = await new ClusterDemo(repository, steps).RunAsync(cancellationToken);
        await Console.Out.WriteAsync($"$ kubectl get ipsectunnels --all-namespaces -o wide\n{findings.Listing}");
        return await JudgeAsync(findings.BrokenPromises());
    }

    private static async Task<int> JudgeAsync(IEnumerable<string> brokenPromises)
    {
        string[] broken = [.. brokenPromises];
        foreach (string promise in broken)
            await Console.Error.WriteLineAsync($"Not as promised: {promise}.");
        return broken.Length == 0 ? 0 : 1;
    }
}
