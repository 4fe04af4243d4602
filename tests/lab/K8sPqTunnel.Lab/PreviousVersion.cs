using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab;

/// <summary>The product as users have it before they upgrade to this checkout's, out of the checkout's history.</summary>
public static class PreviousVersion
{
    // Stands for a release as long as there is none.
    private const string BeforeReleases = "1c03dc6a93a43abecf27abc54d452442057ea1a9";

    /// <summary>Checks out the last release before this commit into <see cref="Repository.Artifacts"/>; what is built there stays for the next time.</summary>
    /// <returns>Null where there is no git, or a history that does not go back so far.</returns>
    /// <exception cref="LabException">git or tar cannot write the files.</exception>
    public static async Task<Repository?> TryCheckOutAsync(Repository repository, CancellationToken cancellationToken)
    {
        CommandResult release = await GitAsync("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^");
        CommandResult found = await GitAsync("rev-parse", "--verify", "--quiet", $"{(release.Succeeded ? release.Output.Trim() : BeforeReleases)}^{{commit}}");
        if (!found.Succeeded)
            return null;

        string commit = found.Output.Trim();
        string folder = Path.Combine(repository.Artifacts, "previous", commit);
        if (!Directory.Exists(folder))
        {
            string partial = Directory.CreateDirectory($"{folder}.partial").FullName;
            string archive = $"{folder}.tar";
            (await GitAsync("archive", "--format=tar", $"--output={archive}", commit)).EnsureSuccess();
            (await new Command("tar", "--extract", "--file", archive, "--directory", partial).RunAsync(cancellationToken)).EnsureSuccess();
            File.Delete(archive);
            Directory.Move(partial, folder);
        }

        return new Repository(folder);

        Task<CommandResult> GitAsync(params string[] arguments) =>
            new Command("git", ["-C", repository.Root, .. arguments]).RunAsync(cancellationToken);
    }
}
