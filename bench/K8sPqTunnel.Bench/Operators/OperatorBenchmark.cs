using System.Text.Json;
using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Sandboxes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>The operator with thousands of tunnels against a real API server and etcd; the benchmark plays controllers and kubelets.</summary>
internal sealed class OperatorBenchmark(Repository repository, StepRunner steps, OperatorPlan plan)
{
    private const string Kubeconfig = "/run/kubeconfig";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public async Task<IReadOnlyList<GoalResult>> RunAsync(CancellationToken cancellationToken)
    {
        var cache = new LabCache(repository.Cache);
        string program = Path.Combine(repository.Artifacts, "bench-operator", "K8sPqTunnel.Operator.dll");
        await steps.RunAsync("Operator, compiled ahead", step => new DotnetBuild(repository).PublishAsync(
            Path.Combine(repository.Root, "operator/K8sPqTunnel.Operator/K8sPqTunnel.Operator.csproj"),
            Path.GetDirectoryName(program)!, Path.GetFileName(program), step, cancellationToken));
        BenchProgramFile load = await steps.RunAsync("Load, compiled ahead", step => BenchProgramFile.PublishBenchAsync(repository, step, cancellationToken));
        string root = await steps.RunAsync("Debian 13 root, for OpenSSL 3.5", step => new DebianRootMaker(cache).MakeAsync(LabRoots.Debian13, step, cancellationToken));
        ClusterParts parts = await ClusterParts.MakeAsync(cache, steps, cancellationToken);

        string folder = repository.FreshArtifacts("bench-operator-cluster");
        string logs = repository.FreshArtifacts("bench-operator-logs");
        await using LabCluster cluster = await steps.RunAsync("API server and etcd",
            step => LabCluster.StartApiServerAsync(parts, folder, logs, step, cancellationToken));
        foreach (string crd in Directory.EnumerateFiles(Path.Combine(repository.Root, "crds"), "*.yaml"))
            (await cluster.Kubectl.ApplyAsync(await File.ReadAllTextAsync(crd, cancellationToken), cancellationToken, "--validate=false")).EnsureSuccess();

        using NetworkNamespace network = NetworkNamespace.Of(cluster.NamespaceProcess);
        using var sandbox = new Sandbox(new SandboxSpec(root)
        {
            Network = network,
            Binds =
            [
                .. repository.Binds, Bind.Same(DotnetInstallation.Home, readOnly: true),
                new Bind(Path.Combine(folder, "admin.kubeconfig"), Kubeconfig, ReadOnly: true),
            ],
        });
        var order = new OperatorOrder(program, Path.Combine(logs, "operator.log"), plan);
        Command command = load.Command("operator-run", JsonSerializer.Serialize(order, AnyJson.Default.OperatorOrder));
        await using RunningCommand running = await sandbox.StartAsync(command with
        {
            LogFile = Path.Combine(logs, "bench.log"),
            Environment = new Dictionary<string, string>(command.Environment) { ["KUBECONFIG"] = Kubeconfig },
        });
        return await ListenAsync(running, cancellationToken);
    }

    /// <summary>Shows each phrase of the other process as a step, until it has results.</summary>
    private async Task<IReadOnlyList<GoalResult>> ListenAsync(RunningCommand running, CancellationToken cancellationToken)
    {
        int heard = 0;
        while (true)
        {
            OperatorReply? next = null;
            string title = Replies(running) is { Length: > 0 } said && said.Length > heard - 1 && heard > 0 ? said[heard - 1].Note : "Start";
            await steps.RunAsync(title, async step =>
            {
                while ((next = Replies(running).ElementAtOrDefault(heard)) is null)
                {
                    if (running.HasExited && Replies(running).Length <= heard)
                        throw new LabException($"The benchmark in the cluster ended: {running.Errors.Trim()}");
                    await Task.Delay(Poll, cancellationToken);
                }

                step.Note = next.Results is null ? "" : next.Note;
            });
            if (next!.Results is { } results)
                return results;
            heard++;
        }
    }

    private static OperatorReply[] Replies(RunningCommand running) =>
    [
        .. running.Output.Split('\n')[..^1].Where(line => line.StartsWith('{'))
            .Select(line => JsonSerializer.Deserialize(line, AnyJson.Default.OperatorReply)!),
    ];
}
