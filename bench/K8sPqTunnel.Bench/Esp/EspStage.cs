using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>What has to be there before anything is measured.</summary>
/// <param name="Debian13">The root that our processes run in, for OpenSSL 3.5.</param>
/// <param name="StrongSwan">charon's root.</param>
/// <param name="WireGuard">wireguard-go's root.</param>
/// <param name="Daemon">Our daemon's program.</param>
/// <param name="Load">The program that sends and receives packets.</param>
/// <param name="Folder">For configurations.</param>
internal sealed record EspStage(
    Repository Repository, string Debian13, string StrongSwan, string WireGuard, BenchProgramFile Daemon, BenchProgramFile Load, string Folder)
{
    private const string ProgramName = "pqtunnel.dll";

    /// <summary>wireguard-go as of 2026; those before 2023 have no segmentation offload and would flatter us.</summary>
    private static DebianRoot WireGuardRoot { get; } = new("wireguard", "sid", ["wireguard-go", "wireguard-tools", "base-passwd", "bash", "coreutils", "dash"]);

    public static async Task<EspStage> PrepareAsync(Repository repository, StepRunner steps, CancellationToken cancellationToken)
    {
        var roots = new DebianRootMaker(new LabCache(repository.Cache));
        string debian13 = "", strongSwan = "", wireGuard = "", daemon = Path.Combine(repository.Artifacts, "bench-daemon");
        BenchProgramFile? load = null;
        await steps.RunAsync("pqtunnel, compiled ahead", step => new DotnetBuild(repository).PublishAsync(
            Path.Combine(PqTunnel.ProjectOf(repository), "K8sPqTunnel.Cli.csproj"), daemon, ProgramName, step, cancellationToken));
        await steps.RunAllAsync(
            new LabStep("Load generator", async step => load = await BenchProgramFile.PublishBenchAsync(repository, step, cancellationToken)),
            new LabStep("Debian 13 root, for OpenSSL 3.5", async step => debian13 = await roots.MakeAsync(LabRoots.Debian13, step, cancellationToken)),
            new LabStep("strongSwan root", async step => strongSwan = await roots.MakeAsync(LabRoots.StrongSwan, step, cancellationToken)),
            new LabStep("wireguard-go root", async step => wireGuard = await roots.MakeAsync(WireGuardRoot, step, cancellationToken)));
        return new EspStage(
            repository, debian13, strongSwan, wireGuard, new BenchProgramFile(Path.Combine(daemon, ProgramName)), load!, repository.FreshArtifacts("bench-esp"));
    }

    public Task<EspNetwork> CreateNetworkAsync(CancellationToken cancellationToken) => EspNetwork.CreateAsync(Debian13, Repository, cancellationToken);
}
