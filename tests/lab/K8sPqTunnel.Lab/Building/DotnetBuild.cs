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
    public Task RunAsync(string file, string product, Step step, CancellationToken cancellationToken) =>
        UnlessUnchangedAsync(file, "built", product, step, () =>
            DotnetAsync(["build", file, "-c", Configuration], cancellationToken), cancellationToken);

    /// <summary>Publishes a program for images: for the runtime that the image brings, and compiled ahead (ReadyToRun) to start quickly.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="folder">Gets the program and its libraries, and nothing else.</param>
    /// <param name="program">The program's file in <paramref name="folder"/>.</param>
    /// <param name="step">Says whether anything had to be published.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    /// <exception cref="LabException">It does not compile; the message holds the compiler's.</exception>
    public Task PublishAsync(string project, string folder, string program, Step step, CancellationToken cancellationToken) =>
        UnlessUnchangedAsync(project, "published", Path.Combine(folder, program), step, () =>
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            return DotnetAsync(
            [
                "publish", project, "-c", Configuration, "-r", "linux-x64", "--self-contained", "false", "-o", folder,
                "-p:PublishReadyToRun=true", "-p:DebugType=none", "-p:GenerateDocumentationFile=false", "-p:EnforceCodeStyleInBuild=false",
                // Building for one platform restores other files; elsewhere they leave those of the ordinary build alone.
                "--artifacts-path", Path.Combine(repository.Artifacts, "publish"),
            ], cancellationToken);
        }, cancellationToken);

    private async Task UnlessUnchangedAsync(
        string file, string verb, string product, Step step, Func<Task<CommandResult>> run, CancellationToken cancellationToken)
    {
        string stamp = Path.Combine(Directory.CreateDirectory(repository.Artifacts).FullName, $"{verb}-{Path.GetFileName(file)}.stamp");
        string sources = SourceTree.Fingerprint(repository);
        if (File.Exists(product) && File.Exists(stamp) && await File.ReadAllTextAsync(stamp, cancellationToken) == sources)
        {
            step.Note = "nothing changed";
            return;
        }

        CommandResult build = await run();
        if (!build.Succeeded)
            throw new LabException($"{Path.GetFileName(file)} does not build:\n{build.Output.Trim()}");
        await File.WriteAllTextAsync(stamp, sources, cancellationToken);
    }

    private Task<CommandResult> DotnetAsync(string[] arguments, CancellationToken cancellationToken) =>
        new Command(DotnetInstallation.Program, [.. arguments, $"-m:{Environment.ProcessorCount}", "-nodeReuse:false", "-v", "quiet", "--nologo"])
        {
            WorkingDirectory = repository.Root,
        }.RunAsync(cancellationToken);
}
