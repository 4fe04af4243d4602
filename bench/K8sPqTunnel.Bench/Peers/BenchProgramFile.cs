using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>A program of ours as the daemon's image has it: compiled ahead, and with the image's settings.</summary>
internal sealed record BenchProgramFile(string Path)
{
    private const string Bench = "K8sPqTunnel.Bench";

    // Of what images/daemon/Dockerfile sets, all that touches speed and memory.
    private static readonly Dictionary<string, string> OfImage = new()
    {
        ["DOTNET_EnableDiagnostics"] = "0",
        ["DOTNET_GCgen0size"] = "400000",
    };

    /// <summary>This program, whose processes are the load and our responder.</summary>
    public static Task<BenchProgramFile> PublishBenchAsync(Repository repository, Step step, CancellationToken cancellationToken) =>
        PublishAsync(repository, System.IO.Path.Combine("bench", Bench, $"{Bench}.csproj"), "bench-program", Bench, step, cancellationToken);

    /// <summary>The daemon, in the folder that its image is built from.</summary>
    public static Task<BenchProgramFile> PublishDaemonAsync(Repository repository, Step step, CancellationToken cancellationToken) =>
        PublishAsync(repository, "sidecar/K8sPqTunnel.Cli/K8sPqTunnel.Cli.csproj", "images/daemon", "pqtunnel", step, cancellationToken);

    public Command Command(params string[] arguments) => new(DotnetInstallation.Program, [Path, .. arguments]) { Environment = OfImage };

    private static async Task<BenchProgramFile> PublishAsync(
        Repository repository, string project, string name, string program, Step step, CancellationToken cancellationToken)
    {
        string folder = System.IO.Path.Combine(repository.Artifacts, name);
        await new DotnetBuild(repository).PublishAsync(System.IO.Path.Combine(repository.Root, project), folder, program, step, cancellationToken);
        return new BenchProgramFile(System.IO.Path.Combine(folder, $"{program}.dll"));
    }
}
