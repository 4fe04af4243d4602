using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>One tunnel without Kubernetes: <c>examples/strongswan.yaml</c> against a real strongSwan, looked at from all sides.</summary>
internal sealed class StandaloneDemo(Repository repository, StepRunner steps)
{
    private const int Pings = 20;
    private const int ThroughputSeconds = 4;
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(20);
    private readonly string _folder = repository.FreshArtifacts("demo");
    private string _debian13 = "";
    private string _strongSwan = "";

    /// <summary>Prepares, runs and shows it; everything that it made in the network is gone when it returns or throws.</summary>
    public async Task<DemoFindings> RunAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        using TunnelNetwork network = await steps.RunAsync("Three network namespaces", step =>
        {
            step.Note = $"workload {TunnelNetwork.WorkloadAddress}, gateway {TunnelNetwork.GatewayAddress}, "
                + $"remote site {TunnelNetwork.RemoteAddress} with {TunnelNetwork.RemoteHost}";
            return TunnelNetwork.CreateAsync(_debian13, repository.Binds, cancellationToken);
        });
        await using StrongSwan peer = await steps.RunAsync("strongSwan at the remote site", async step =>
        {
            StrongSwan started = await StartPeerAsync(network, cancellationToken);
            step.Note = started.Version;
            return started;
        });
        await using WireCapture capture = await network.CaptureAsync(Path.Combine(_folder, "wire.pcap"), cancellationToken);
        await using PqTunnel daemon = await PqTunnel.StartAsync(repository, network.Gateway, Example("strongswan.yaml"), Path.Combine(_folder, "pqtunnel.log"));

        TunnelStatus status = await steps.RunAsync("pqtunnel up -f examples/strongswan.yaml", async step =>
        {
            TunnelStatus ready = await daemon.WaitUntilReadyAsync(ReadyLimit, cancellationToken);
            step.Note = ready.Ike?.Proposal ?? "";
            return ready;
        });
        PingSummary ping = await steps.RunAsync($"ping {TunnelNetwork.RemoteHost} from the workload", async step =>
        {
            PingSummary summary = PingSummary.Parse((await network.PingAsync(Pings, seconds: 2, cancellationToken)).Output);
            step.Note = $"{summary.Received} of {summary.Sent} answered";
            return summary;
        });
        double bitsPerSecond = await steps.RunAsync("iperf3 through the tunnel", async step =>
        {
            double measured = await Throughput.MeasureAsync(network, ThroughputSeconds, cancellationToken);
            step.Note = $"{measured / 1e6:0} Mb/s";
            return measured;
        });
        string sas = await peer.ListSasAsync(cancellationToken);
        WireReport wire = await steps.RunAsync("Capture of the wire between the gateways", async step =>
        {
            await daemon.StopAsync();
            WireReport report = await capture.StopAsync(TunnelNetwork.Gateways);
            step.Note = report.ToString();
            return report;
        });
        return new DemoFindings(status, sas, ping, bitsPerSecond, wire);
    }

    private Task PrepareAsync(CancellationToken cancellationToken)
    {
        var maker = new DebianRootMaker(new LabCache(repository.Cache));
        string project = Path.Combine(PqTunnel.ProjectOf(repository), "K8sPqTunnel.Cli.csproj");
        return steps.RunAllAsync(
            new LabStep("Build pqtunnel", step =>
                new DotnetBuild(repository).RunAsync(project, PqTunnel.ProgramOf(repository), step, cancellationToken)),
            new LabStep("Debian 13 root, for OpenSSL 3.5", async step => _debian13 = await maker.MakeAsync(LabRoots.Debian13, step, cancellationToken)),
            new LabStep("strongSwan root", async step => _strongSwan = await maker.MakeAsync(LabRoots.StrongSwan, step, cancellationToken)));
    }

    private async Task<StrongSwan> StartPeerAsync(TunnelNetwork network, CancellationToken cancellationToken)
    {
        string connections = await File.ReadAllTextAsync(Example("strongswan.swanctl.conf"), cancellationToken);
        return await StrongSwan.StartAsync(_strongSwan, network.Remote, connections, Path.Combine(_folder, "strongswan"), cancellationToken);
    }

    private string Example(string name) => Path.Combine(repository.Root, "examples", name);
}
