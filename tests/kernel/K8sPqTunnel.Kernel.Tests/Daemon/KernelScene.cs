using System.Globalization;
using System.Net;
using K8sPqTunnel.Interop.Tests;
using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Guests;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>The whole daemon and a strongSwan, each in a network namespace of the guest and both with the kernel's ESP, and a capture of what our gateway sends.</summary>
internal sealed class KernelScene : ILeakScene, IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ChangeLimit = TimeSpan.FromSeconds(60);
    private readonly string _folder;
    private readonly Repository _repository;
    private readonly Stack<IAsyncDisposable> _started = new();

    private KernelScene(Repository repository, string folder, TunnelNetwork network, WireCapture capture)
    {
        _repository = repository;
        _folder = folder;
        Network = network;
        Capture = capture;
    }

    public TunnelNetwork Network { get; }

    public WireCapture Capture { get; }

    /// <summary>The daemon's.</summary>
    public string LogFile => Path.Combine(_folder, "pqtunnel.log");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Sets it up; logs and the capture go to a folder of this name.</summary>
    public static async Task<KernelScene> SetAsync(string name, NatPlace nat = NatPlace.None, int? path = null)
    {
        KernelWithEsp.Require();
        Repository repository = Repository.Find();
        string folder = repository.FreshArtifacts(Path.Combine("kernel", name));
        TunnelNetwork network = await TunnelNetwork.CreateAsync(GuestRoots.Find(LabRoots.Debian13), repository.Binds, Stop, nat, path);
        return new KernelScene(repository, folder, network, await network.CaptureAsync(Path.Combine(folder, "wire.pcap"), Stop, outgoingOnly: true));
    }

    public Task<StrongSwan> StartPeerAsync(PeerConnection? connection = null) =>
        StartPeerAsync((connection ?? Connections.Remote with { RemoteAddress = Network.GatewaySeenAs }).ToSwanctl());

    /// <param name="connections">Its swanctl.conf.</param>
    public async Task<StrongSwan> StartPeerAsync(string connections)
    {
        StrongSwan peer = await StrongSwan.StartAsync(
            GuestRoots.Find(LabRoots.StrongSwan), Network.Remote, connections,
            Path.Combine(_folder, "strongswan"), Stop, new StrongSwanOptions { KernelEsp = true });
        _started.Push(peer);
        return peer;
    }

    /// <summary>Starts <c>pqtunnel up</c>.</summary>
    /// <param name="options">More options of <c>up</c>.</param>
    public async Task<PqTunnel> StartDaemonAsync(TunnelFile? tunnel = null, params string[] options)
    {
        (string file, string secrets) = (tunnel ?? new TunnelFile { PeerAddress = Network.RemoteSeenAs }).Write(_folder);
        PqTunnel daemon = await PqTunnel.StartAsync(
            _repository, Network.Gateway, file, LogFile, ["--secrets", secrets, .. options]);
        _started.Push(daemon);
        return daemon;
    }

    /// <summary>Starts <c>pqtunnel up</c> for several tunnels.</summary>
    public async Task<PqTunnel> StartFleetAsync(params TunnelFile[] tunnels)
    {
        string fleet = Directory.CreateDirectory(Path.Combine(_folder, "fleet")).FullName, secrets = Path.Combine(_folder, "secrets");
        foreach (TunnelFile tunnel in tunnels)
            tunnel.Write(fleet, secrets);
        PqTunnel daemon = await PqTunnel.StartAsync(_repository, Network.Gateway, fleet, LogFile, "--secrets", secrets);
        _started.Push(daemon);
        return daemon;
    }

    /// <summary>Starts <c>pqtunnel up</c> and waits until packets pass.</summary>
    public async Task<(PqTunnel Daemon, TunnelStatus Status)> BringUpAsync(TunnelFile? tunnel = null)
    {
        PqTunnel daemon = await StartDaemonAsync(tunnel);
        return (daemon, await daemon.WaitUntilReadyAsync(ReadyLimit, Stop));
    }

    /// <summary>Pings through the tunnel until the scene ends or it is stopped.</summary>
    public async Task<Traffic> StartTrafficAsync(string host = TunnelNetwork.RemoteHost) => new(await Network.Workload.Tools.StartAsync(
        new Command("ping", "-n", "-i", Traffic.Interval.ToString(CultureInfo.InvariantCulture), "-W", "2", host)));

    /// <summary>Pings through the tunnel; were all answered?</summary>
    public async Task<bool> PingAsync(int count) => (await Network.PingAsync(count, seconds: 2, Stop)).Succeeded;

    /// <summary>Waits for a status of the daemon.</summary>
    public static async Task<TunnelStatus> UntilAsync(PqTunnel daemon, string what, Func<TunnelStatus, bool> holds)
    {
        TunnelStatus? status = null;
        await Wait.UntilAsync(what, async () => (status = await daemon.StatusAsync(Stop)) is not null && holds(status), ChangeLimit, Stop);
        return status!;
    }

    /// <summary>Runs a line of the shell at the gateway.</summary>
    public async Task<string> ShellAsync(string line) =>
        (await Network.Gateway.RunAsync(new Command("sh", "-c", line), Stop)).EnsureSuccess().Output;

    /// <summary>What has been on the wire so far; the capture goes on.</summary>
    /// <param name="also">Addresses that may exchange IKE and ESP besides the gateways' own.</param>
    public Task<WireReport> SeenAsync(params IPAddress[] also) => Capture.SeenAsync([.. TunnelNetwork.Gateways, .. TunnelNetwork.Translated, .. also]);

    /// <summary>Ends the capture.</summary>
    /// <param name="also">Addresses that may exchange IKE and ESP besides the gateways' own.</param>
    public Task<WireReport> StopCaptureAsync(params IPAddress[] also) => Capture.StopAsync([.. TunnelNetwork.Gateways, .. TunnelNetwork.Translated, .. also]);

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
