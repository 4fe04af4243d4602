using System.CommandLine;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary><c>cluster</c>: starts a cluster, runs a program against it or waits for Ctrl-C, and takes it down.</summary>
internal static class ClusterCommand
{
    public static Command Create(Repository repository, StepRunner steps)
    {
        var nodes = new Option<int>("--nodes") { Description = "How many nodes it has.", DefaultValueFactory = _ => 1 };
        var program = new Argument<string[]>("program") { Description = "A program to run in the control plane's namespaces, for example kubectl get pods." };
        var command = new Command("cluster", "Starts a Kubernetes cluster in private namespaces.") { nodes, program };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ClusterParts parts = await ClusterParts.MakeAsync(new LabCache(repository.Cache), steps, cancellationToken);
            string folder = repository.FreshArtifacts("cluster");
            string logs = repository.FreshArtifacts("cluster-logs");
            await using LabCluster cluster = await steps.RunAsync("Kubernetes cluster",
                step => LabCluster.StartAsync(parts, parsed.GetValue(nodes), folder, logs, step, cancellationToken));

            if (parsed.GetValue(program) is [string name, .. string[] arguments])
            {
                var result = await cluster.RunAsync(new Processes.Command(name, arguments)
                {
                    Environment = new Dictionary<string, string> { ["KUBECONFIG"] = "/cluster/admin.kubeconfig" },
                }, cancellationToken);
                await Console.Out.WriteAsync(result.Output);
                await Console.Error.WriteAsync(result.Errors);
                return result.ExitCode;
            }

            Console.WriteLine($"nsenter --all --target {cluster.NamespaceProcess} env KUBECONFIG=/cluster/admin.kubeconfig bash   # Ctrl-C here ends it");
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        });
        return command;
    }
}
