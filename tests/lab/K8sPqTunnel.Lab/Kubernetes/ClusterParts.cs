using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>What every lab cluster is made of, as folders of the cache.</summary>
/// <param name="Root">A Debian root with etcd, containerd and the tools around them.</param>
/// <param name="Programs">The programs of Kubernetes itself.</param>
/// <param name="Images">Docker archives that each node imports at its start.</param>
public sealed record ClusterParts(string Root, string Programs, string Images)
{
    // Where the cluster's own folders are mounted; the root is read-only once it runs.
    private static readonly string[] MountPoints =
    [
        "mnt", "opt/kubernetes", "cluster", "var/lib/kubelet", "var/lib/cni", "var/log/pods", "var/log/containers",
    ];

    private static readonly string[] XtablesPrograms =
        ["iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore", "ebtables"];

    /// <summary>Takes them from the cache or makes them, a step for each.</summary>
    public static async Task<ClusterParts> MakeAsync(LabCache cache, StepRunner steps, CancellationToken cancellationToken)
    {
        var roots = new DebianRootMaker(cache);
        string root = await steps.RunAsync("cluster's Debian root", step => roots.MakeAsync(KubernetesRoots.Cluster, step, cancellationToken));
        Complete(root);
        string programs = await new KubernetesBuild(cache, roots, steps).MakeAsync(cancellationToken);
        string images = await steps.RunAsync("cluster's own images", step => BasicImages.MakeAsync(cache, root, step, cancellationToken));
        return new ClusterParts(root, programs, images);
    }

    private static void Complete(string root)
    {
        foreach (string folder in MountPoints)
            Directory.CreateDirectory(Path.Combine(root, folder));
        // Some package carries it as a folder; containerd keeps the pods' network namespaces under this name.
        string run = Path.Combine(root, "var/run");
        if (new FileInfo(run).LinkTarget is null)
        {
            Directory.Delete(run, recursive: true);
            File.CreateSymbolicLink(run, "/run");
        }

        // On an installed Debian these are links that update-alternatives makes.
        foreach (string link in XtablesPrograms.Select(program => Path.Combine(root, "usr/sbin", program)).Where(link => new FileInfo(link).LinkTarget is null))
            File.CreateSymbolicLink(link, "xtables-nft-multi");
    }
}
