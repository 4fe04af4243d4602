using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Images;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Kubernetes.Charts;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

[assembly: AssemblyFixture(typeof(K8sPqTunnel.Cluster.Tests.ClusterRealm))]
// One node carries the tunnels of all tests, and one remote site ends them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>What all tests share: a cluster of two nodes with the operator in it, a workload pod on node1, and a remote site.</summary>
public sealed class ClusterRealm : IAsyncLifetime
{
    private const int Nodes = 2;
    private const string WorkloadNamespace = "workload";
    private readonly StepRunner _steps = new(LabConsole.Create());
    private LabCluster? _cluster;
    private RemoteSite? _site;
    private TunnelClient? _client;
    private LabCache? _cache;
    private string? _helmProgram;
    private string _artifacts = "";

    public TunnelClient Client => _client!;

    public Kubectl Kubectl => Client.Kubectl;

    /// <summary>Null where helm cannot be had: then the manifests are applied as they are.</summary>
    public Helm? Helm { get; private set; }

    public RemoteSite Site => _site!;

    public LabCluster Cluster => _cluster!;

    /// <summary>The node that tunnels and workload are placed on.</summary>
    public ClusterNode Node => _cluster!.Nodes[0];

    public string HybridStrongSwan { get; private set; } = "";

    public string ClassicalStrongSwan { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a cluster's namespaces need root");
        CancellationToken stop = TestContext.Current.CancellationToken;
        var repository = Repository.Find();
        LabCache cache = _cache = new LabCache(repository.Cache);
        var roots = new DebianRootMaker(cache);
        _artifacts = repository.FreshArtifacts("cluster-tests");

        ClusterParts parts = await ClusterParts.MakeAsync(cache, _steps, stop);
        string tools = await _steps.RunAsync("Debian 13 root", step => roots.MakeAsync(LabRoots.Debian13, step, stop));
        HybridStrongSwan = await _steps.RunAsync("strongSwan root", step => roots.MakeAsync(LabRoots.StrongSwan, step, stop));
        ClassicalStrongSwan = await _steps.RunAsync("classical strongSwan root", step => roots.MakeAsync(LabRoots.ClassicalStrongSwan, step, stop));
        IReadOnlyList<BuiltImage> images = await BuildImagesAsync(repository, stop);

        _cluster = await _steps.RunAsync("Kubernetes cluster", step =>
            LabCluster.StartAsync(parts, Nodes, repository.FreshArtifacts("cluster-tests-state"), _artifacts, step, stop));
        await _cluster.ImportAsync(images.Select(image => image.Archive), stop);
        _site = await RemoteSite.JoinAsync(_cluster, tools, stop);
        _helmProgram = await _steps.RunAsync("helm", step => HelmProgram.TryMakeAsync(cache, step, stop));
        Helm = HelmOf(repository);
        _client = new TunnelClient(_cluster.Kubectl, repository, Helm);
        await _steps.RunAsync("Operator", _ => Client.InstallAsync(stop));
        await StartWorkloadAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    /// <summary>The images of a checkout.</summary>
    public Task<IReadOnlyList<BuiltImage>> BuildImagesAsync(Repository checkout, CancellationToken cancellationToken) =>
        new ProductImages(checkout, _cache!, _steps).BuildAsync(cancellationToken);

    /// <summary>helm with the chart of a checkout; null where helm cannot be had.</summary>
    public Helm? HelmOf(Repository checkout) => _helmProgram is null ? null : Cluster.Helm(_helmProgram, checkout);

    /// <summary>A folder for the logs and captures of a scene.</summary>
    public string FolderOf(string scene) => Directory.CreateDirectory(Path.Combine(_artifacts, scene)).FullName;

    /// <summary>Pings the host behind the remote site from the workload pod, ten times a second; the result holds ping's words.</summary>
    public Task<CommandResult> PingAsync(int count, CancellationToken cancellationToken) => Kubectl.TryAsync(cancellationToken,
        "--namespace", WorkloadNamespace, "exec", "workload", "--", "ping", "-c", $"{count}", "-i", "0.1", "-W", "1", RemoteSite.Host);

    /// <summary>Reads /metrics of an address and a port from another node, with HTTP's header; fails where nobody serves it.</summary>
    /// <remarks>By bash: the cluster has no curl, and wget of Debian's static busybox does not survive the look for a name.</remarks>
    public Task<CommandResult> MetricsAsync(string address, int port, CancellationToken cancellationToken) => _cluster!.Nodes[1].RunAsync(new Command(
        "timeout", "5", "bash", "-c", "exec 3<>/dev/tcp/$0/$1 && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3", address, $"{port}"), cancellationToken);

    /// <summary>The workload's container, as containerd names it.</summary>
    public async Task<string> WorkloadContainerAsync(CancellationToken cancellationToken) =>
        (await Kubectl.RunAsync(cancellationToken,
            "--namespace", WorkloadNamespace, "get", "pod", "workload", "--output", "jsonpath={.status.containerStatuses[0].containerID}"))["containerd://".Length..];

    /// <summary>Gives an image another name on every node.</summary>
    public Task TagImageAsync(string image, string name, CancellationToken cancellationToken) => Task.WhenAll(_cluster!.Nodes.Select(async node =>
        (await node.RunAsync(
            ClusterNode.Ctr("images", "tag", "--force", image, name), cancellationToken)).EnsureSuccess()));

    private async Task StartWorkloadAsync(CancellationToken cancellationToken)
    {
        (await Kubectl.ApplyAsync(Manifests.Workload(WorkloadNamespace, Node.Name), cancellationToken)).EnsureSuccess();
        await Kubectl.RunAsync(cancellationToken,
            "--namespace", WorkloadNamespace, "wait", "--for=condition=Ready", "pod/workload", "--timeout=60s");
    }
}
