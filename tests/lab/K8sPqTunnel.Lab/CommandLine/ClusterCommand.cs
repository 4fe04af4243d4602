using System.CommandLine;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary><c>cluster</c>: starts a cluster, runs a program against it or waits for Ctrl-C, and takes it down: to look around.</summary>
internal static class ClusterCommand
{
    public static Command Create(Repository repository, StepRunner steps)
    {
        var nodes = new Option<int>("--nodes") { Description = "How many nodes it has.", DefaultValueFactory = _ => 1 };
        var stage = new Option<bool>("--stage") { Description = "Two nodes with our images and a remote site: all that examples/cluster needs." };
        var program = new Argument<string[]>("program") { Description = "A program to run in the control plane's namespaces, for example kubectl get pods." };
        var command = new Command("cluster", "Starts a Kubernetes cluster in private namespaces.") { nodes, stage, program };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string logs = repository.FreshArtifacts("cluster-logs");
            if (parsed.GetValue(stage))
            {
                await using ClusterStage set = await ClusterStage.SetAsync(repository, steps, logs, cancellationToken);
                return await UseAsync(set.Cluster, parsed.GetValue(program) ?? [], cancellationToken);
            }

            ClusterParts parts = await ClusterParts.MakeAsync(new LabCache(repository.Cache), steps, cancellationToken);
            await using LabCluster cluster = await steps.RunAsync("Kubernetes cluster", step =>
                LabCluster.StartAsync(parts, parsed.GetValue(nodes), repository.FreshArtifacts("cluster-state"), logs, step, cancellationToken));
            return await UseAsync(cluster, parsed.GetValue(program) ?? [], cancellationToken);
        });
        return command;
    }

    private static async Task<int> UseAsync(LabCluster cluster, string[] program, CancellationToken cancellationToken)
    {
        if (program is [string name, .. string[] arguments])
        {
            var result = await cluster.RunAsync(new Processes.Command(name, arguments)
            {
                Environment = new Dictionary<string, string> { ["KUBECONFIG"] = "/cluster/admin.kubeconfig" },
            }, cancellationToken);
            await Console.Out.WriteAsync(result.Output);
            await Console.Error.WriteAsync(result.Errors);
            return result.ExitCode;
        }

        Console.WriteLine($"nsenter --mount --net --pid --target {cluster.NamespaceProcess} env HOME=/tmp KUBECONFIG=/cluster/admin.kubeconfig bash   # Ctrl-C here ends it");
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
