using System.Text.Json.Nodes;
using K8sPqTunnel.Lab.Kubernetes.Charts;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>A real Kubernetes in private namespaces: API server, etcd, controllers, DNS and nodes that run pods.</summary>
/// <remarks>
/// Nothing of it shows on the host but its folder, its processes and its control groups; disposing removes these too. When the
/// program that started it dies, the cluster dies with it.
/// </remarks>
public sealed class LabCluster : IAsyncDisposable
{
    private const string Etcd = "etcd";
    private const string ApiServer = "apiserver";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly SpawnThread _spawner;
    private readonly Machine _machine;
    private readonly string _folder;
    private readonly string _logs;
    private readonly Dictionary<string, RunningCommand> _programs = [];
    private readonly List<ClusterNode> _nodes = [];

    private LabCluster(SpawnThread spawner, Machine machine, string folder, string logs)
    {
        _spawner = spawner;
        _machine = machine;
        _folder = folder;
        _logs = logs;
        Kubectl = new Kubectl(command => _machine.Inside(command with { Arguments = ["--kubeconfig", "/cluster/admin.kubeconfig", .. command.Arguments] }));
    }

    public Kubectl Kubectl { get; }

    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    /// <summary>A process in the namespaces of the control plane, for nsenter(1): the nodes' bridge and the API server are there.</summary>
    public int NamespaceProcess => _machine.InitProcess;

    /// <summary>Starts a cluster of <paramref name="nodes"/> nodes and waits until all of them are Ready.</summary>
    /// <param name="parts">What it is made of.</param>
    /// <param name="nodes">How many nodes: node1, node2, …</param>
    /// <param name="folder">An empty folder for its state, deleted at the end, on a file system that overlayfs takes.</param>
    /// <param name="logs">A folder for the logs of its programs, which stay.</param>
    /// <param name="step">Where it says what it is at.</param>
    /// <param name="cancellationToken">Ends the start; nothing is left.</param>
    public static async Task<LabCluster> StartAsync(
        ClusterParts parts, int nodes, string folder, string logs, Step step, CancellationToken cancellationToken)
    {
        LabCluster cluster = await BeginAsync(parts, nodes, folder, logs, step, cancellationToken);
        try
        {
            // The API server needs some seconds, in which the nodes get their containerd and first images.
            step.Note = "machines";
            await cluster.BootNodesAsync(parts, nodes, cancellationToken);
            step.Note = "control plane";
            await cluster.StartControllersAsync(cancellationToken);
            step.Note = "nodes";
            await cluster.StartNodesAsync(cancellationToken);
            step.Note = await cluster.Kubectl.RunAsync(cancellationToken, "get", "nodes",
                "--output", "jsonpath={range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion} {end}");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an API server and its etcd and nothing else: whoever needs controllers, nodes or pods plays them.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static async Task<LabCluster> StartApiServerAsync(
        ClusterParts parts, string folder, string logs, Step step, CancellationToken cancellationToken)
    {
        LabCluster cluster = await BeginAsync(parts, nodes: 0, folder, logs, step, cancellationToken);
        try
        {
            await cluster.WaitForApiServerAsync(cancellationToken);
            step.Note = await cluster.Kubectl.RunAsync(cancellationToken, "version", "--short");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Imports docker archives into every node.</summary>
    public async Task ImportAsync(IEnumerable<string> archives, CancellationToken cancellationToken)
    {
        foreach (string archive in archives)
        {
            string visible = Path.Combine(_folder, Path.GetFileName(archive));
            File.Copy(archive, visible);
            await Task.WhenAll(_nodes.Select(node => node.ImportAsync($"/cluster/{Path.GetFileName(archive)}", cancellationToken)));
            File.Delete(visible);
        }
    }

    /// <summary>Kills the API server and etcd, as nothing can prepare for.</summary>
    public async Task KillControlPlaneAsync()
    {
        await _programs[ApiServer].DisposeAsync();
        await _programs[Etcd].DisposeAsync();
    }

    /// <summary>Starts both again, on the data that etcd has left, and waits until the API server answers.</summary>
    public Task RestartControlPlaneAsync(CancellationToken cancellationToken)
    {
        StartProgram(Etcd, ControlPlane.EtcdServer);
        StartProgram(ApiServer, ControlPlane.ApiServer);
        return WaitForApiServerAsync(cancellationToken);
    }

    /// <summary>
    /// Has the server of custom resources of a present Kubernetes serve definitions, objects of our kinds and ValidatingAdmissionPolicies in place of the API server's own.
    /// </summary>
    /// <param name="program">What <see cref="DefinitionServerBuild"/> made.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task ServeDefinitionsByAsync(string program, CancellationToken cancellationToken)
    {
        string visible = Directory.CreateDirectory(Path.Combine(_folder, DefinitionServer.Name)).FullName;
        File.Copy(program, Path.Combine(visible, Path.GetFileName(program)));
        string authority = await File.ReadAllTextAsync(Path.Combine(_folder, ClusterPki.Folder, "ca.crt"), cancellationToken);

        // Its plugin for policies lets nothing pass before there is a place to read them from, not even the definitions that make this place.
        StartProgram(DefinitionServer.Name, DefinitionServer.Start(withPolicies: false));
        foreach (JsonObject registration in DefinitionServer.Registration(authority))
            (await Kubectl.ApplyAsync(registration.ToJsonString(), cancellationToken, "--validate=false")).EnsureSuccess();
        await WaitForAsync("Available", [DefinitionServer.OfDefinitions], cancellationToken);
        foreach (JsonObject store in DefinitionServer.Stores)
            (await Kubectl.ApplyAsync(store.ToJsonString(), cancellationToken, "--validate=false")).EnsureSuccess();
        await WaitForAsync("Established", DefinitionServer.StoreNames, cancellationToken);
        await _programs[DefinitionServer.Name].DisposeAsync();

        StartProgram(DefinitionServer.Name, DefinitionServer.Start(withPolicies: true));
        await Wait.UntilAsync($"{DefinitionServer.Name} takes definitions (its log is in {_logs})",
            async () => (await Kubectl.TryAsync(cancellationToken, ["label", "--dry-run=server", .. DefinitionServer.StoreNames, "taken=yes"])).Succeeded,
            StartLimit, cancellationToken);
        await WaitForAsync("Available", [DefinitionServer.OfPolicies], cancellationToken);
    }

    /// <summary>helm for this cluster.</summary>
    /// <param name="program">Its path on the host.</param>
    /// <param name="repository">Where the chart is.</param>
    public Helm Helm(string program, Repository repository) => new(
        // With the host's files, where the chart is, and the cluster's network.
        command => new Command("nsenter", ["--target", $"{NamespaceProcess}", "--net", "--", program, .. command.Arguments])
        {
            Environment = new Dictionary<string, string> { ["KUBECONFIG"] = Path.Combine(_folder, "admin.kubeconfig") },
        },
        repository);

    /// <summary>Runs a program in the namespaces of the control plane, where the nodes' bridge is, with the tools of the cluster's root.</summary>
    public Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) => _machine.RunAsync(command, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (ClusterNode node in _nodes)
            await node.DisposeAsync();
        await _machine.DisposeAsync();
        foreach (RunningCommand program in _programs.Values)
            await program.DisposeAsync();
        _spawner.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<LabCluster> BeginAsync(
        ClusterParts parts, int nodes, string folder, string logs, Step step, CancellationToken cancellationToken)
    {
        step.Note = "certificates";
        Prepare(folder, nodes);
        LabCluster cluster = await BootAsync(parts, folder, logs, cancellationToken);
        step.Note = "API server";
        cluster.StartProgram(Etcd, ControlPlane.EtcdServer);
        cluster.StartProgram(ApiServer, ControlPlane.ApiServer);
        return cluster;
    }

    private static async Task<LabCluster> BootAsync(ClusterParts parts, string folder, string logs, CancellationToken cancellationToken)
    {
        Command boot = Machine.Boot(Path.Combine(folder, "glue/cluster-init.sh"), parts.Root, parts.Programs, folder,
            ClusterNetwork.BridgeWithPrefix, ClusterNetwork.Services, ClusterNetwork.Dns);
        var spawner = new SpawnThread();
        try
        {
            RunningCommand booting = await spawner.StartAsync(new Command("setpriv", ["--pdeathsig", "KILL", boot.Program, .. boot.Arguments])
            {
                LogFile = Path.Combine(logs, "cluster.log"),
            });
            return new LabCluster(spawner, await Machine.WaitUntilReadyAsync(booting, cancellationToken), folder, logs);
        }
        catch
        {
            spawner.Dispose();
            throw;
        }
    }

    private static void Prepare(string folder, int nodes)
    {
        ControlGroups.RemoveAbandoned();
        ClusterPki.Write(folder, nodes);
        Directory.CreateDirectory(Path.Combine(folder, "glue"));
        foreach (string script in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Kubernetes/Glue")))
            File.Copy(script, Path.Combine(folder, "glue", Path.GetFileName(script)));
        File.WriteAllText(Path.Combine(folder, "resolv.conf"), $"nameserver {ClusterNetwork.Dns}\n");
    }

    private async Task StartControllersAsync(CancellationToken cancellationToken)
    {
        await WaitForApiServerAsync(cancellationToken);
        StartProgram("controller-manager", ControlPlane.ControllerManager);
        StartProgram("scheduler", ControlPlane.Scheduler);
        StartProgram("dns", ControlPlane.Dns);
        await Kubectl.RunAsync(cancellationToken, "create", "clusterrolebinding", "kube-proxy-node",
            "--clusterrole=system:node-proxier", "--user=system:kube-proxy");
        StartProgram("proxy", ControlPlane.Proxy("cluster"));
    }

    private Task<string> WaitForAsync(string condition, IEnumerable<string> objects, CancellationToken cancellationToken) =>
        Kubectl.RunAsync(cancellationToken, ["wait", $"--for=condition={condition}", $"--timeout={StartLimit.TotalSeconds:0}s", .. objects]);

    private Task WaitForApiServerAsync(CancellationToken cancellationToken) => Wait.UntilAsync($"the API server is ready (its log is in {_logs})",
        async () => (await Kubectl.TryAsync(cancellationToken, "get", "--raw", "/readyz")).Succeeded, StartLimit, cancellationToken);

    private async Task BootNodesAsync(ClusterParts parts, int nodes, CancellationToken cancellationToken)
    {
        NodeFiles[] files = [.. Enumerable.Range(1, nodes).Select(node => new NodeFiles(node, ControlGroups.NameFor(ClusterNetwork.NodeName(node))))];
        foreach (NodeFiles each in files)
        {
            each.Write(_folder);
            _nodes.Add(await ClusterNode.BootAsync(_machine, each, nodes, _logs, cancellationToken));
        }

        await ImportAsync(Directory.EnumerateFiles(parts.Images, "*.tar"), cancellationToken);
    }

    private async Task StartNodesAsync(CancellationToken cancellationToken)
    {
        foreach (ClusterNode node in _nodes)
            node.StartKubernetes();
        await Wait.UntilAsync($"{_nodes.Count} nodes are Ready (the kubelets' logs are in {_logs})", async () =>
        {
            CommandResult ready = await Kubectl.TryAsync(cancellationToken, "get", "nodes",
                "--output", "jsonpath={range .items[*]}{.status.conditions[?(@.type==\"Ready\")].status} {end}");
            return ready.Succeeded && ready.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(status => status == "True") == _nodes.Count;
        }, StartLimit, cancellationToken);
    }

    private void StartProgram(string name, Command command) =>
        _programs[name] = _machine.Start(command with { LogFile = Path.Combine(_logs, $"{name}.log") });
}
