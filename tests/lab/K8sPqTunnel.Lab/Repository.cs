using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Lab;

/// <summary>The checkout this program was built from, and the folders in it that are ignored by git.</summary>
public sealed record Repository(string Root)
{
    private const string Solution = "K8sPqTunnel.sln";

    /// <summary>Logs, captures and test results of the last runs.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>What is expensive to make and can be made again: PQTUNNEL_CACHE, or <c>.cache</c> in the checkout.</summary>
    public string Cache =>
        Environment.GetEnvironmentVariable("PQTUNNEL_CACHE") is { Length: > 0 } chosen ? Path.GetFullPath(chosen) : Path.Combine(Root, ".cache");

    /// <summary>Recorded vectors beside the checkout, which need not be there.</summary>
    public string Shared => Path.Combine(Path.GetDirectoryName(Root) ?? "/", "shared");

    /// <summary>The checkout and, where it is there, <see cref="Shared"/>, for a sandbox whose programs look for them.</summary>
    public IReadOnlyList<Bind> Binds => Directory.Exists(Shared) ? [Bind.Same(Root), Bind.Same(Shared, readOnly: true)] : [Bind.Same(Root)];

    public string SolutionFile => Path.Combine(Root, Solution);

    /// <summary>Finds the checkout by walking up from the running program.</summary>
    /// <exception cref="LabException">The program was moved out of its checkout.</exception>
    public static Repository Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Solution)))
                return new Repository(at.FullName);
        }

        throw new LabException($"No {Solution} above {AppContext.BaseDirectory}: run the lab from a checkout, with ./demo.sh or ./test.sh.");
    }

    /// <summary>A fresh, empty folder under <see cref="Artifacts"/>; what an earlier run left there is deleted.</summary>
    public string FreshArtifacts(string name)
    {
        string folder = Path.Combine(Artifacts, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }
}
