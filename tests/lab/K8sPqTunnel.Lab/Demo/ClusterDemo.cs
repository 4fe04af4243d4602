using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Images;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>One tunnel on a real Kubernetes: the operator, <c>examples/cluster/</c>, and a remote site with strongSwan.</summary>
internal sealed class ClusterDemo(Repository repository, StepRunner steps)
{
    private const int Nodes = 2;
    private const int Pings = 10;
    private const string Examples = "examples/cluster";
    private const string Space = "network";
    private const string Tunnel = "branch-berlin";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);
    private readonly LabCache _cache = new(repository.Cache);
    private readonly string _logs = repository.FreshArtifacts("demo-cluster");

    /// <summary>Prepares, runs and shows it; the cluster is gone when it returns or throws.</summary>
    public async Task<ClusterFindings> RunAsync(CancellationToken cancellationToken)
    {
        ClusterParts parts = await ClusterParts.MakeAsync(_cache, steps, cancellationToken);
        var roots = new DebianRootMaker(_cache);
        string tools = await steps.RunAsync("Debian 13 root", step => roots.MakeAsync(LabRoots.Debian13, step, cancellationToken));
        string strongSwan = await steps.RunAsync("strongSwan root", step => roots.MakeAsync(LabRoots.StrongSwan, step, cancellationToken));
        IReadOnlyList<BuiltImage> images = await new ProductImages(repository, _cache, steps).BuildAsync(cancellationToken);

        await using LabCluster cluster = await steps.RunAsync("Kubernetes cluster", step =>
            LabCluster.StartAsync(parts, Nodes, repository.FreshArtifacts("demo-cluster-state"), _logs, step, cancellationToken));
        await steps.RunAsync("Images into the nodes", step =>
        {
            step.Note = string.Join(", ", images.Select(image => image.Name));
            return cluster.ImportAsync(images.Select(image => image.Archive), cancellationToken);
        });
        await using RemoteSite site = await steps.RunAsync("Remote site", async step =>
        {
            RemoteSite joined = await RemoteSite.JoinAsync(cluster, tools, cancellationToken);
            string connections = await File.ReadAllTextAsync(Path.Combine(repository.Root, Examples, "peer.swanctl.conf"), cancellationToken);
            await joined.StartPeerAsync(strongSwan, connections, Path.Combine(_logs, "strongswan"), cancellationToken);
            step.Note = $"{joined.Peer.Version} at {RemoteSite.Address}, {RemoteSite.Network} behind it";
            return joined;
        });
        await using WireCapture capture = await site.CaptureAsync(Path.Combine(_logs, "wire.pcap"), cancellationToken);

        var client = new TunnelClient(cluster.Kubectl, repository);
        await steps.RunAsync("kubectl apply -f crds -f operator/manifests", _ => client.InstallAsync(cancellationToken));
        await steps.RunAsync($"kubectl apply -f {Examples}", async step =>
        {
            await client.ApplyFolderAsync(Examples, cancellationToken);
            TunnelView ready = await client.WaitAsync("the tunnel is Ready", Space, Tunnel, view => view.IsReady, ReadyLimit, cancellationToken);
            step.Note = $"Ready: {ready.KeyExchange}";
        });
        PingSummary ping = await steps.RunAsync($"ping {RemoteSite.Host} from the workload pod", async step =>
        {
            PingSummary summary = await PingAsync(cluster.Kubectl, cancellationToken);
            step.Note = $"{summary.Received} of {summary.Sent} answered";
            return summary;
        });
        WireReport wire = await steps.RunAsync("Capture of the remote site's link", async step =>
        {
            WireReport report = await capture.StopAsync(RemoteSite.Gateways);
            step.Note = report.ToString();
            return report;
        });

        return new ClusterFindings(
            await client.ViewAsync(Space, Tunnel, cancellationToken),
            await cluster.Kubectl.RunAsync(cancellationToken, "get", "ipsectunnels", "--all-namespaces", "--output", "wide"),
            await site.Peer.ListSasAsync(cancellationToken), ping, wire);
    }

    private static async Task<PingSummary> PingAsync(Kubectl kubectl, CancellationToken cancellationToken)
    {
        await kubectl.RunAsync(cancellationToken, "--namespace", Space, "wait", "--for=condition=Ready", "pod/workload", "--timeout=60s");
        return PingSummary.Parse((await kubectl.TryAsync(cancellationToken,
            "--namespace", Space, "exec", "workload", "--", "ping", "-c", $"{Pings}", "-i", "0.2", "-W", "2", RemoteSite.Host)).Output);
    }
}
