using System.Net;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>A test's stage: the network with a capture running, and, once started, a strongSwan peer and our daemon.</summary>
internal sealed class TunnelScene : ILeakScene, IAsyncDisposable
{
    /// <summary>Ample: the machine may be busy with other tests.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(45);
    private readonly Realm _realm;
    private readonly string _folder;
    private readonly Stack<IAsyncDisposable> _started = new();

    private TunnelScene(Realm realm, string folder, TunnelNetwork network, WireCapture capture)
    {
        _realm = realm;
        _folder = folder;
        Network = network;
        Capture = capture;
    }

    public TunnelNetwork Network { get; }

    public WireCapture Capture { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Sets it up; logs and the capture go to a folder of this name.</summary>
    /// <param name="path">See <see cref="TunnelNetwork.CreateAsync"/>.</param>
    public static async Task<TunnelScene> SetAsync(Realm realm, string name, int? path = null)
    {
        string folder = realm.FolderOf(name);
        TunnelNetwork network = await realm.CreateNetworkAsync(path);
        return new TunnelScene(realm, folder, network, await network.CaptureAsync(Path.Combine(folder, "wire.pcap"), Stop));
    }

    /// <summary>Starts the hybrid strongSwan, or another one.</summary>
    public async Task<StrongSwan> StartPeerAsync(PeerConnection? connection = null, string? root = null, StrongSwanOptions? options = null)
    {
        StrongSwan peer = await StrongSwan.StartAsync(
            root ?? _realm.HybridStrongSwan, Network.Remote, (connection ?? Connections.Remote).ToSwanctl(),
            Path.Combine(_folder, "strongswan"), Stop, options);
        _started.Push(peer);
        return peer;
    }

    /// <summary>Starts <c>pqtunnel up</c>.</summary>
    /// <param name="options">More options of <c>up</c>.</param>
    public async Task<PqTunnel> StartDaemonAsync(TunnelFile? tunnel = null, params string[] options)
    {
        (string file, string secrets) = (tunnel ?? new TunnelFile()).Write(_folder);
        PqTunnel daemon = await PqTunnel.StartAsync(
            _realm.Repository, Network.Gateway, file, LogFile, ["--secrets", secrets, .. options]);
        _started.Push(daemon);
        return daemon;
    }

    /// <summary>Starts <c>pqtunnel up</c> for a folder of tunnels.</summary>
    public async Task<PqTunnel> StartFleetAsync(params TunnelFile[] tunnels)
    {
        WriteFleet(tunnels);
        PqTunnel daemon = await PqTunnel.StartAsync(
            _realm.Repository, Network.Gateway, FleetFolder, Path.Combine(_folder, "pqtunnel.log"), "--secrets", Path.Combine(_folder, "secrets"));
        _started.Push(daemon);
        return daemon;
    }

    /// <summary>Has just these tunnels in the folder.</summary>
    public void WriteFleet(params TunnelFile[] tunnels)
    {
        foreach (string old in Directory.EnumerateFiles(Directory.CreateDirectory(FleetFolder).FullName))
            File.Delete(old);
        foreach (TunnelFile tunnel in tunnels)
            tunnel.Write(FleetFolder, Path.Combine(_folder, "secrets"));
    }

    /// <summary>Starts another strongSwan, at a site of its own.</summary>
    public async Task<StrongSwan> StartPeerAsync(Site site, PeerConnection connection)
    {
        StrongSwan peer = await StrongSwan.StartAsync(
            _realm.HybridStrongSwan, site, connection.ToSwanctl(), Path.Combine(_folder, $"strongswan-{site.Name}"), Stop);
        _started.Push(peer);
        return peer;
    }

    /// <summary>The daemon's.</summary>
    public string LogFile => Path.Combine(_folder, "pqtunnel.log");

    private string FleetFolder => Path.Combine(_folder, "tunnels");

    /// <summary>Starts <c>pqtunnel up</c> at the remote site, in place of another peer.</summary>
    public async Task<PqTunnel> StartRemoteDaemonAsync(TunnelFile tunnel)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "remote")).FullName;
        (string file, string secrets) = tunnel.Write(folder);
        PqTunnel daemon = await PqTunnel.StartAsync(
            _realm.Repository, Network.Remote, file, Path.Combine(folder, "pqtunnel.log"), "--secrets", secrets);
        _started.Push(daemon);
        return daemon;
    }

    /// <summary>Runs <c>pqtunnel up</c> to its end in another root, in the gateway's network.</summary>
    public async Task<CommandResult> RunDaemonInAsync(string root, TunnelFile tunnel)
    {
        (string file, string secrets) = tunnel.Write(_folder);
        using var sandbox = new Sandbox(new SandboxSpec(root)
        {
            Network = Network.Gateway.Network,
            Binds = [Bind.Same(DotnetInstallation.Home, readOnly: true), .. _realm.Repository.Binds],
        });
        return await sandbox.RunAsync(
            new Command(DotnetInstallation.Program, [PqTunnel.ProgramOf(_realm.Repository), "up", "-f", file, "--secrets", secrets]), Stop);
    }

    /// <summary>Starts <c>pqtunnel up</c> and waits until packets pass.</summary>
    public async Task<(PqTunnel Daemon, TunnelStatus Status)> BringUpAsync(TunnelFile? tunnel = null)
    {
        PqTunnel daemon = await StartDaemonAsync(tunnel);
        return (daemon, await daemon.WaitUntilReadyAsync(ReadyLimit, Stop));
    }

    /// <summary>Pings through the tunnel.</summary>
    /// <returns>Whether every ping was answered.</returns>
    public async Task<bool> PingAsync(int count) => (await Network.PingAsync(count, seconds: 2, Stop)).Succeeded;

    /// <summary>Pings through the tunnel 200 times a second.</summary>
    /// <param name="size">Octets that a ping carries.</param>
    /// <returns>ping's summary, which says how many answers are missing.</returns>
    public Task<CommandResult> PingFastAsync(int seconds, int size = 56) => Network.Workload.RunAsync(
        new Command("ping", "-n", "-q", "-i", "0.005", "-s", $"{size}", "-c", $"{seconds * 200}", "-W", "2", TunnelNetwork.RemoteHost), Stop);

    /// <summary>Every ping of <see cref="PingFastAsync"/> was answered.</summary>
    public static void AssertNothingLost(CommandResult ping) => Assert.True(ping.Output.Contains(" 0% packet loss", StringComparison.Ordinal), ping.Output);

    /// <summary>What has been on the wire so far; the capture goes on.</summary>
    /// <param name="also">Addresses that may exchange IKE and ESP besides the gateways' own.</param>
    public Task<WireReport> SeenAsync(params IPAddress[] also) => Capture.SeenAsync([.. TunnelNetwork.Gateways, .. also]);

    /// <summary>Ends the capture.</summary>
    /// <param name="also">Addresses that may exchange IKE and ESP besides the gateways' own.</param>
    public Task<WireReport> StopCaptureAsync(params IPAddress[] also) => Capture.StopAsync([.. TunnelNetwork.Gateways, .. also]);

    Task<StrongSwan> ILeakScene.StartPeerAsync(PeerConnection connection) => StartPeerAsync(connection);

    Task<PqTunnel> ILeakScene.StartDaemonAsync(TunnelFile tunnel) => StartDaemonAsync(tunnel);

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable started in _started)
            await started.DisposeAsync();
        await Capture.DisposeAsync();
        Network.Dispose();
    }
}
