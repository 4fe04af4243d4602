using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>One tunnel in a namespace of its own, with a peer and a capture of the site's link; all of it goes with the scene.</summary>
internal sealed class TunnelScene : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;
    private readonly ClusterRealm _realm;
    private readonly string _folder;
    private readonly WireCapture _capture;

    private TunnelScene(ClusterRealm realm, string name, string folder, WireCapture capture)
    {
        _realm = realm;
        Name = name;
        _folder = folder;
        _capture = capture;
    }

    /// <summary>Also the namespace.</summary>
    public string Name { get; }

    /// <summary>The key that both ends use unless a test says otherwise.</summary>
    public string Psk { get; } = $"key-of-the-cluster-tests-{Guid.NewGuid():N}";

    public StrongSwan Peer => _realm.Site.Peer;

    private PeerConnection Connection => new()
    {
        LocalAddress = RemoteSite.Address,
        RemoteAddress = ClusterNetwork.NodeAddress(1),
        LocalId = TunnelSpec.RemoteId,
        RemoteId = TunnelSpec.LocalId,
        Psk = Psk,
        IkeProposal = TunnelSpec.HybridIke,
        EspProposal = TunnelSpec.HybridChild,
        LocalNetwork = RemoteSite.Network,
        RemoteNetwork = ClusterNetwork.PodNetwork(1),
    };

    /// <summary>Makes the namespace and starts capturing.</summary>
    public static async Task<TunnelScene> SetAsync(ClusterRealm realm, string name)
    {
        string folder = realm.FolderOf(name);
        (await realm.Kubectl.ApplyAsync(Manifests.Namespace(name), Stop)).EnsureSuccess();
        return new TunnelScene(realm, name, folder, await realm.Site.CaptureAsync(Path.Combine(folder, "wire.pcap"), Stop));
    }

    /// <summary>Starts the remote site's strongSwan.</summary>
    /// <param name="change">What is different from the tunnel's other half.</param>
    /// <param name="root">Another strongSwan than 6.1.</param>
    public Task<StrongSwan> StartPeerAsync(Func<PeerConnection, PeerConnection>? change = null, string? root = null) =>
        _realm.Site.StartPeerAsync(
            root ?? _realm.HybridStrongSwan, (change?.Invoke(Connection) ?? Connection).ToSwanctl(), Path.Combine(_folder, "strongswan"), Stop);

    /// <summary>Gives the running strongSwan other connections and secrets; what is up stays.</summary>
    public Task ChangePeerAsync(Func<PeerConnection, PeerConnection> change) => Peer.LoadAsync(change(Connection).ToSwanctl(), Stop);

    /// <summary>Applies the Secret.</summary>
    /// <param name="psk">Default: <see cref="Psk"/>.</param>
    public async Task ApplySecretAsync(string? psk = null) => (await _realm.Kubectl.ApplyAsync(Manifests.Secret(Name, psk ?? Psk), Stop)).EnsureSuccess();

    /// <summary>Applies the tunnel; the result says whether kubectl and the API server took it.</summary>
    public Task<CommandResult> ApplyAsync(TunnelSpec? tunnel = null, string name = TunnelSpec.Name) =>
        _realm.Kubectl.ApplyAsync(Manifests.Tunnel(Name, tunnel ?? new TunnelSpec(), name), Stop);

    /// <summary>Secret, tunnel, and the wait until it is Ready.</summary>
    public async Task<TunnelView> BringUpAsync()
    {
        await ApplySecretAsync();
        (await ApplyAsync()).EnsureSuccess();
        return await WaitUntilReadyAsync();
    }

    public Task<TunnelView> WaitUntilReadyAsync() => WaitAsync("the tunnel is Ready", view => view.IsReady);

    /// <summary>Waits until Ready is not True and its message holds these words.</summary>
    public Task<TunnelView> WaitForComplaintAsync(string words) => WaitAsync($"the Ready condition speaks of \"{words}\"",
        view => view.Condition("Ready") is { Status: not "True", Message: { } message } && message.Contains(words, StringComparison.Ordinal));

    public Task<TunnelView> ViewAsync() => _realm.Client.ViewAsync(Name, TunnelSpec.Name, Stop);

    public async Task<PingSummary> PingAsync(int count) => PingSummary.Parse((await _realm.PingAsync(count, Stop)).Output);

    /// <summary>Ends the capture.</summary>
    public Task<WireReport> StopCaptureAsync() => _capture.StopAsync(RemoteSite.Gateways);

    /// <summary>The gateway pod's field at a JSONPath.</summary>
    public Task<string> GatewayAsync(string path) => _realm.Kubectl.RunAsync(Stop,
        "--namespace", Name, "get", "pods", "--selector", "app.kubernetes.io/name=pqtunnel-gateway", "--output", $"jsonpath={{.items[0]{path}}}");

    /// <summary>Kills the daemon as nothing can prepare for: SIGKILL to its container.</summary>
    public async Task KillDaemonAsync()
    {
        string container = (await GatewayAsync(".status.containerStatuses[0].containerID"))["containerd://".Length..];
        (await _realm.Node.RunAsync(ClusterNode.Ctr(
            "tasks", "kill", "--signal", "SIGKILL", container), Stop)).EnsureSuccess();
    }

    /// <summary>Deletes the tunnel and waits until it is gone with its finalizer.</summary>
    public Task DeleteAsync(string name = TunnelSpec.Name) => _realm.Kubectl.RunAsync(Stop,
        "--namespace", Name, "delete", "ipsectunnel", name, "--ignore-not-found", $"--timeout={Limit.TotalSeconds:0}s");

    public async ValueTask DisposeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "kubectl.log"), await _realm.Client.ExplainAsync(Name, CancellationToken.None));
        await DeleteAsync();
        await _realm.Kubectl.TryAsync(CancellationToken.None, "delete", "namespace", Name, "--wait=false");
        await _capture.DisposeAsync();
    }

    /// <summary>Waits until a tunnel's status is as wanted.</summary>
    public Task<TunnelView> WaitAsync(string what, Func<TunnelView, bool> wanted, string name = TunnelSpec.Name) =>
        _realm.Client.WaitAsync(what, Name, name, wanted, Limit, Stop);
}
