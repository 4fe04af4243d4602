using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Testing;

/// <summary>Builds what the chosen parts of the tests run, and no more.</summary>
internal sealed class TestBuild(Repository repository)
{
    public async Task RunAsync(IReadOnlyCollection<TestPart> parts, Step step, CancellationToken cancellationToken)
    {
        var build = new DotnetBuild(repository);
        List<string> notes = [];
        foreach ((string file, string product) in WhatOf(parts))
        {
            step.Note = Path.GetFileName(file);
            await build.RunAsync(file, product, step, cancellationToken);
            notes.Add(step.Note == "nothing changed" ? step.Note : Path.GetFileName(file));
        }

        step.Note = string.Join(", ", notes.Distinct());
    }

    /// <summary>The files to build, each with a program that comes of it. The unit tests' and the cluster's programs are the whole solution's.</summary>
    internal IReadOnlyList<(string File, string Product)> WhatOf(IReadOnlyCollection<TestPart> parts)
    {
        if (parts.Contains(TestPart.Unit) || parts.Contains(TestPart.Cluster))
            return [(repository.SolutionFile, TestProgram.Below(Path.Combine(repository.Root, TestSession.UnitFolder))[0].Assembly)];
        List<(string File, string Product)> files =
        [
            .. parts.SelectMany(part => TestProgram.Below(TestSession.FolderOf(repository, part))).Select(program => (program.Project, program.Assembly)),
        ];
        // The programs of these start the daemon, and have no reference to it.
        if (parts.Contains(TestPart.Interop) || parts.Contains(TestPart.Kernel))
            files.Add((Path.Combine(PqTunnel.ProjectOf(repository), "K8sPqTunnel.Cli.csproj"), PqTunnel.ProgramOf(repository)));
        return files;
    }
}
