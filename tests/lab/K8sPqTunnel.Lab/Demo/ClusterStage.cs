using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Images;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>All that <c>examples/cluster/</c> needs around it: a cluster of two nodes with our images, and the remote site with its strongSwan.</summary>
internal sealed class ClusterStage : IAsyncDisposable
{
    /// <summary>The manifests, and the peer's half.</summary>
    public const string Examples = "examples/cluster";

    private const int Nodes = 2;

    private ClusterStage(LabCluster cluster, RemoteSite site)
    {
        Cluster = cluster;
        Site = site;
    }

    public LabCluster Cluster { get; }

    public RemoteSite Site { get; }

    /// <summary>Makes or takes from the cache what it is made of, and starts it; a step for each part.</summary>
    /// <param name="logs">A folder for the logs of all its programs.</param>
    public static async Task<ClusterStage> SetAsync(Repository repository, StepRunner steps, string logs, CancellationToken cancellationToken)
    {
        var cache = new LabCache(repository.Cache);
        ClusterParts parts = await ClusterParts.MakeAsync(cache, steps, cancellationToken);
        var roots = new DebianRootMaker(cache);
        string tools = await steps.RunAsync("Debian 13 root", step => roots.MakeAsync(LabRoots.Debian13, step, cancellationToken));
        string strongSwan = await steps.RunAsync("strongSwan root", step => roots.MakeAsync(LabRoots.StrongSwan, step, cancellationToken));
        IReadOnlyList<BuiltImage> images = await new ProductImages(repository, cache, steps).BuildAsync(cancellationToken);

        LabCluster cluster = await steps.RunAsync("Kubernetes cluster", step =>
            LabCluster.StartAsync(parts, Nodes, repository.FreshArtifacts("cluster-state"), logs, step, cancellationToken));
        try
        {
            await steps.RunAsync("Images into the nodes", step =>
            {
                step.Note = string.Join(", ", images.Select(image => image.Name));
                return cluster.ImportAsync(images.Select(image => image.Archive), cancellationToken);
            });
            return new ClusterStage(cluster, await steps.RunAsync("Remote site", async step =>
            {
                RemoteSite site = await RemoteSite.JoinAsync(cluster, tools, cancellationToken);
                string connections = await File.ReadAllTextAsync(Path.Combine(repository.Root, Examples, "peer.swanctl.conf"), cancellationToken);
                await site.StartPeerAsync(strongSwan, connections, Path.Combine(logs, "strongswan"), cancellationToken);
                step.Note = $"{site.Peer.Version} at {RemoteSite.Address}, {RemoteSite.Network} behind it";
                return site;
            }));
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
