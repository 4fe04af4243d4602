using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>One node of a lab cluster: containerd, kubelet and kube-proxy on a machine of their own.</summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private const string Containerd = "containerd";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly Machine _machine;
    private readonly NodeFiles _files;
    private readonly ControlGroups _controlGroups;
    private readonly string _logs;
    private readonly List<RunningCommand> _programs = [];

    private ClusterNode(Machine machine, NodeFiles files, ControlGroups controlGroups, string logs)
    {
        _machine = machine;
        _files = files;
        _controlGroups = controlGroups;
        _logs = logs;
    }

    public string Name => ClusterNetwork.NodeName(_files.Node);

    /// <summary>Makes the node's machine inside the cluster's, with its network and a containerd that answers.</summary>
    internal static async Task<ClusterNode> BootAsync(Machine cluster, NodeFiles files, int nodes, string logs, CancellationToken cancellationToken)
    {
        string name = ClusterNetwork.NodeName(files.Node);
        RunningCommand booting = cluster.Start(Machine.Boot("/cluster/glue/node-init.sh", name) with { LogFile = Path.Combine(logs, $"{name}.log") });
        Machine machine = await Machine.WaitUntilReadyAsync(booting, cancellationToken);
        var node = new ClusterNode(machine, files, new ControlGroups(files.ControlGroup), logs);
        try
        {
            node._controlGroups.Create();
            await node.JoinNetworkAsync(cluster, nodes, cancellationToken);
            node.StartProgram(Containerd, new Command(Containerd, "--config", files.ContainerdConfig));
            await Wait.UntilAsync($"containerd of {name} answers (its log is in {logs})",
                async () => (await node.RunAsync(Ctr("version"), cancellationToken)).Succeeded, StartLimit, cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program in the node's namespaces, with the tools of the cluster's root.</summary>
    public Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) => _machine.RunAsync(command, cancellationToken);

    /// <summary>Starts a program in the node's namespaces.</summary>
    public RunningCommand Start(Command command) => _machine.Start(command);

    /// <summary>Imports a docker archive; <paramref name="archive"/> is seen from inside.</summary>
    internal async Task ImportAsync(string archive, CancellationToken cancellationToken) =>
        (await RunAsync(Ctr("images", "import", archive), cancellationToken)).EnsureSuccess();

    /// <summary>Starts the kubelet and kube-proxy; the API server has to answer already.</summary>
    internal void StartKubernetes()
    {
        StartProgram("kubelet", new Command("kubelet",
            $"--config={_files.KubeletConfig}",
            $"--kubeconfig=/cluster/{Name}.kubeconfig",
            "--root-dir=/var/lib/kubelet",
            $"--cert-dir=/cluster/{Name}/pki",
            "--container-runtime=remote",
            $"--container-runtime-endpoint=unix://{NodeFiles.ContainerdSocket}",
            $"--hostname-override={Name}",
            $"--node-ip={ClusterNetwork.NodeAddress(_files.Node)}"));
        StartProgram("proxy", ControlPlane.Proxy(Name));
    }

    public async ValueTask DisposeAsync()
    {
        await _machine.DisposeAsync();
        foreach (RunningCommand program in _programs)
            await program.DisposeAsync();
        _controlGroups.Remove();
    }

    /// <summary>containerd's own client, for the containers and images of Kubernetes.</summary>
    public static Command Ctr(params string[] arguments) => new("ctr", ["--address", NodeFiles.ContainerdSocket, "--namespace", "k8s.io", .. arguments]);

    private void StartProgram(string program, Command command) =>
        _programs.Add(Start(command with { LogFile = Path.Combine(_logs, $"{Name}-{program}.log") }));

    private async Task JoinNetworkAsync(Machine cluster, int nodes, CancellationToken cancellationToken)
    {
        string address = ClusterNetwork.NodeAddress(_files.Node);
        await Ip(cluster, $"link add {Name} type veth peer name eth0 netns {_machine.InitProcessInParent()}");
        await Ip(cluster, $"link set {Name} master kube0 up");
        await Ip(cluster, $"route add {ClusterNetwork.PodNetwork(_files.Node)} via {address}");
        await Ip(_machine, $"address add {address}/24 dev eth0");
        await Ip(_machine, "link set eth0 up");
        await Ip(_machine, $"route add default via {ClusterNetwork.Bridge}");
        foreach (int other in Enumerable.Range(1, nodes).Where(other => other != _files.Node))
            await Ip(_machine, $"route add {ClusterNetwork.PodNetwork(other)} via {ClusterNetwork.NodeAddress(other)}");

        async Task Ip(Machine machine, string arguments) =>
            (await machine.RunAsync(new Command("ip", arguments.Split(' ')), cancellationToken)).EnsureSuccess();
    }
}
