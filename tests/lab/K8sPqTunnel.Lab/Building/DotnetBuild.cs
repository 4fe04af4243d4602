using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Building;

/// <summary>Builds a solution or project of the checkout, unless nothing changed since it was built last.</summary>
public sealed class DotnetBuild(Repository repository)
{
    public const string Configuration = "Release";
    private const string Framework = "net10.0";

    /// <summary>The folder of the program that a project builds.</summary>
    public static string OutputOf(string projectFolder) => Path.Combine(projectFolder, "bin", Configuration, Framework);

    /// <summary>Builds it.</summary>
    /// <param name="file">The solution or project file.</param>
    /// <param name="step">Says whether anything had to be built.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    /// <param name="product">A file that the build makes: when it is missing, it is built in any case.</param>
    /// <exception cref="LabException">It does not compile; the message holds the compiler's.</exception>
    public async Task RunAsync(string file, string product, Step step, CancellationToken cancellationToken)
    {
        string stamp = Path.Combine(Directory.CreateDirectory(repository.Artifacts).FullName, $"built-{Path.GetFileName(file)}.stamp");
        string sources = SourceTree.Fingerprint(repository);
        if (File.Exists(product) && File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancellationToken) == sources)
        {
            step.Note = "nothing changed";
            return;
        }

        CommandResult build = await new Command(
            DotnetInstallation.Program, "build", file, "-c", Configuration, $"-m:{Environment.ProcessorCount}", "-nodeReuse:false", "-v", "quiet", "--nologo")
        {
            WorkingDirectory = repository.Root,
        }.RunAsync(cancellationToken);
        if (!build.Succeeded)
            throw new LabException($"{Path.GetFileName(file)} does not build:\n{build.Output.Trim()}");
        await File.WriteAllTextAsync(stamp, sources, cancellationToken);
    }
}
