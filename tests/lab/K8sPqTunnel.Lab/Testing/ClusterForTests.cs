using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Testing;

/// <summary>A cluster that test programs find by KUBECONFIG: the user's own where that variable is set, otherwise one of the lab's.</summary>
/// <param name="cluster">The lab's; null for the user's.</param>
/// <param name="client">Where the programs run so that they reach the lab's; null for the host.</param>
internal sealed class ClusterForTests(LabCluster? cluster, Sandbox? client, NetworkNamespace? network) : IAsyncDisposable
{
    private const string Variable = "KUBECONFIG";
    private const string FileInside = "/run/kubeconfig";

    /// <summary>The user has a cluster for the tests.</summary>
    public static bool IsGiven => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Starts the lab's cluster, of one node, unless the user has one.</summary>
    public static async Task<ClusterForTests> StartAsync(
        Repository repository, StepRunner steps, string root, CancellationToken cancellationToken)
    {
        if (IsGiven)
            return new ClusterForTests(null, null, null);

        ClusterParts parts = await ClusterParts.MakeAsync(new LabCache(repository.Cache), steps, cancellationToken);
        string folder = repository.FreshArtifacts("clients-cluster");
        LabCluster cluster = await steps.RunAsync("Kubernetes cluster for the clients", step =>
            LabCluster.StartAsync(parts, nodes: 1, folder, repository.FreshArtifacts("clients-cluster-logs"), step, cancellationToken));
        return Of(cluster, repository, root, folder);
    }

    /// <summary>Starts an API server of the lab's whose custom resources are those of a present Kubernetes.</summary>
    /// <param name="definitions">The program that serves these, which <see cref="DefinitionServerBuild"/> made.</param>
    public static async Task<ClusterForTests> StartModernAsync(
        Repository repository, StepRunner steps, string root, string definitions, CancellationToken cancellationToken)
    {
        ClusterParts parts = await ClusterParts.MakeAsync(new LabCache(repository.Cache), steps, cancellationToken);
        string folder = repository.FreshArtifacts("modern-cluster");
        return await steps.RunAsync("API server with present custom resources", async step =>
        {
            LabCluster cluster = await LabCluster.StartApiServerAsync(parts, folder, repository.FreshArtifacts("modern-cluster-logs"), step, cancellationToken);
            try
            {
                await cluster.ServeDefinitionsByAsync(definitions, cancellationToken);
                step.Note = "beside an API server of 1.20";
                return Of(cluster, repository, root, folder);
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        });
    }

    /// <summary>Runs a program that finds the cluster.</summary>
    public Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) => client is null
        ? command.RunAsync(cancellationToken)
        : client.RunAsync(command with { Environment = new Dictionary<string, string> { [Variable] = FileInside } }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        network?.Dispose();
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    private static ClusterForTests Of(LabCluster cluster, Repository repository, string root, string folder)
    {
        var network = NetworkNamespace.Of(cluster.NamespaceProcess);
        var client = new Sandbox(new SandboxSpec(root)
        {
            Network = network,
            Binds =
            [
                .. repository.Binds, Bind.Same(DotnetInstallation.Home, readOnly: true),
                new Bind(Path.Combine(folder, "admin.kubeconfig"), FileInside, ReadOnly: true),
            ],
        });
        return new ClusterForTests(cluster, client, network);
    }
}
