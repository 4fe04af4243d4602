using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Steps;
using Spectre.Console;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>One tunnel on a real Kubernetes: the operator, <c>examples/cluster/</c>, and a remote site with strongSwan.</summary>
internal sealed class ClusterDemo(Repository repository, StepRunner steps)
{
    private const int Pings = 10;
    private const string Space = "network";
    private const string Tunnel = "branch-berlin";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);
    private readonly string _logs = repository.FreshArtifacts("demo-cluster");

    /// <summary>Prepares, runs and shows it. A cluster of the lab's own is gone when it returns or throws; the user's keeps what was applied.</summary>
    public async Task<ClusterFindings> RunAsync(CancellationToken cancellationToken) =>
        Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } kubeconfig
            ? await RunOnUsersAsync(kubeconfig, cancellationToken)
            : await RunOnOwnAsync(cancellationToken);

    private async Task<ClusterFindings> RunOnOwnAsync(CancellationToken cancellationToken)
    {
        await using ClusterStage stage = await ClusterStage.SetAsync(repository, steps, _logs, cancellationToken);
        await using WireCapture capture = await stage.Site.CaptureAsync(Path.Combine(_logs, "wire.pcap"), cancellationToken);
        ClusterFindings findings = await ShowAsync(stage.Cluster.Kubectl, cancellationToken);
        WireReport wire = await steps.RunAsync("Capture of the remote site's link", async step =>
        {
            WireReport report = await capture.StopAsync(RemoteSite.Gateways);
            step.Note = report.ToString();
            return report;
        });
        return findings with { PeerSas = await stage.Site.Peer.ListSasAsync(cancellationToken), Wire = wire };
    }

    private Task<ClusterFindings> RunOnUsersAsync(string kubeconfig, CancellationToken cancellationToken)
    {
        steps.Console.WriteLine($"""
            The cluster of {kubeconfig} is used. It needs, before this can succeed:
            - the images of images/build.sh on its nodes, under the names in operator/manifests/ (images/README.md says how);
            - a node named node1 with /dev/net/tun and the pod network 10.244.1.0/24, or {ClusterStage.Examples}/ changed to yours;
            - a strongSwan 6.1 at {RemoteSite.Address} with {ClusterStage.Examples}/peer.swanctl.conf, or the addresses there changed to yours.
            What is applied stays; to remove it: kubectl delete -n {Space} ipsectunnel {Tunnel}, then delete -f {ClusterStage.Examples} -f operator/manifests -f crds
            """);
        return ShowAsync(new Kubectl(command => command), cancellationToken);
    }

    private async Task<ClusterFindings> ShowAsync(Kubectl kubectl, CancellationToken cancellationToken)
    {
        var client = new TunnelClient(kubectl, repository);
        await steps.RunAsync("kubectl apply -f crds -f operator/manifests", _ => client.InstallAsync(cancellationToken));
        await steps.RunAsync($"kubectl apply -f {ClusterStage.Examples}", async step =>
        {
            await client.ApplyFolderAsync(ClusterStage.Examples, cancellationToken);
            TunnelView ready = await client.WaitAsync("the tunnel is Ready", Space, Tunnel, view => view.IsReady, ReadyLimit, cancellationToken);
            step.Note = $"Ready: {ready.KeyExchange}";
        });
        PingSummary ping = await steps.RunAsync($"ping {RemoteSite.Host} from the workload pod", async step =>
        {
            PingSummary summary = await PingAsync(kubectl, cancellationToken);
            step.Note = $"{summary.Received} of {summary.Sent} answered";
            return summary;
        });
        string listing = await kubectl.RunAsync(cancellationToken, "get", "ipsectunnels", "--all-namespaces", "--output", "wide");
        return new ClusterFindings(await client.ViewAsync(Space, Tunnel, cancellationToken), listing, PeerSas: null, ping, Wire: null);
    }

    private static async Task<PingSummary> PingAsync(Kubectl kubectl, CancellationToken cancellationToken)
    {
        await kubectl.RunAsync(cancellationToken, "--namespace", Space, "wait", "--for=condition=Ready", "pod/workload", "--timeout=60s");
        return PingSummary.Parse((await kubectl.TryAsync(cancellationToken,
            "--namespace", Space, "exec", "workload", "--", "ping", "-c", $"{Pings}", "-i", "0.2", "-W", "2", RemoteSite.Host)).Output);
    }
}
