using K8sPqTunnel.Lab.Building;

namespace K8sPqTunnel.Lab.Testing;

/// <summary>A test project, which is a program of its own (xunit v3).</summary>
/// <param name="Project">The project file.</param>
/// <param name="Assembly">The program that it builds.</param>
internal sealed record TestProgram(string Name, string Project, string Assembly)
{
    private const string Suffix = ".Tests";

    /// <summary>It has tests for a real API server, in a folder and namespace of this name.</summary>
    public bool HasClusterTests { get; init; }

    /// <summary>It has tests for an API server that evaluates CEL, as today's do, in a folder and namespace of this name.</summary>
    public bool HasModernClusterTests { get; init; }

    /// <summary>The test projects directly below a folder, by name.</summary>
    public static IReadOnlyList<TestProgram> Below(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        return
        [
            .. Directory.EnumerateDirectories(folder, $"*{Suffix}")
                .Where(project => File.Exists(Path.Combine(project, $"{Path.GetFileName(project)}.csproj")))
                .Order(StringComparer.Ordinal)
                .Select(project => new TestProgram(
                    Path.GetFileName(project), Path.Combine(project, $"{Path.GetFileName(project)}.csproj"), Path.Combine(DotnetBuild.OutputOf(project), $"{Path.GetFileName(project)}.dll"))
                {
                    HasClusterTests = Directory.Exists(Path.Combine(project, "Cluster")),
                    HasModernClusterTests = Directory.Exists(Path.Combine(project, "ModernCluster")),
                }),
        ];
    }
}
