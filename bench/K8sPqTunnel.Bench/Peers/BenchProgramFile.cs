using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>This program as its processes run it: published as the daemon's image has it, compiled ahead.</summary>
internal sealed record BenchProgramFile(string Path)
{
    private const string Project = "K8sPqTunnel.Bench";

    // Of what images/daemon/Dockerfile sets, all that touches speed and memory.
    private static readonly Dictionary<string, string> OfImage = new()
    {
        ["DOTNET_EnableDiagnostics"] = "0",
        ["DOTNET_GCgen0size"] = "400000",
    };

    public static async Task<BenchProgramFile> PublishAsync(Repository repository, Step step, CancellationToken cancellationToken)
    {
        string folder = System.IO.Path.Combine(repository.Artifacts, "bench-program");
        await new DotnetBuild(repository).PublishAsync(
            System.IO.Path.Combine(repository.Root, "bench", Project, $"{Project}.csproj"), folder, $"{Project}.dll", step, cancellationToken);
        return new BenchProgramFile(System.IO.Path.Combine(folder, $"{Project}.dll"));
    }

    public Command Command(params string[] arguments) => new(DotnetInstallation.Program, [Path, .. arguments]) { Environment = OfImage };
}
