using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Roots;

/// <summary>The Debian archive that this machine itself installs from.</summary>
/// <param name="Uri">Base address of the archive, as it stands in the machine's apt sources.</param>
/// <param name="Keyring">The archive's public keys.</param>
public sealed record DebianMirror(string Uri, string Keyring)
{
    /// <summary>The archive itself, by the name that it gives itself.</summary>
    public const string Debian = "Debian";

    /// <summary>The archive of security updates.</summary>
    public const string Security = "Debian-Security";

    private const string ArchiveKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>Asks the machine's apt.</summary>
    /// <param name="archive"><see cref="Debian"/> or <see cref="Security"/>.</param>
    /// <exception cref="LabException">The machine has no such archive in its sources, or not the archive's keys.</exception>
    public static async Task<DebianMirror> FindAsync(CancellationToken cancellationToken, string archive = Debian)
    {
        // A machine whose lists were never downloaded tells its sources only when asked without their release files.
        string uri = Choose(await AskAsync(cancellationToken), archive)
            ?? Choose(await AskAsync(cancellationToken, "--no-release-info"), archive)
            ?? throw new LabException($"The machine's apt sources name no archive that calls itself {archive}: add one (deb MIRROR bookworm main).");
        if (!File.Exists(ArchiveKeyring))
            throw new LabException($"{ArchiveKeyring} is missing, so packages cannot be checked: run apt-get install debian-archive-keyring.");
        return new DebianMirror(uri, ArchiveKeyring);
    }

    /// <summary>Lines of label and address; without downloaded lists the label is empty and the address has to speak for itself.</summary>
    internal static string? Choose(string targets, string archive = Debian)
    {
        (string Label, string Uri)[] archives =
            [.. targets.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).Where(target => target.Uri.Length > 0)];
        return archives.FirstOrDefault(target => target.Label == archive).Uri
            ?? archives.FirstOrDefault(target => target.Uri.EndsWith($"/{archive}", StringComparison.OrdinalIgnoreCase)).Uri;
    }

    private static async Task<string> AskAsync(CancellationToken cancellationToken, params string[] options) =>
        (await new Command("apt-get", ["indextargets", .. options, "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"])
            .RunAsync(cancellationToken)).EnsureSuccess().Output;

    private static (string Label, string Uri) Parse(string line)
    {
        int space = line.LastIndexOf(' ');
        return (line[..Math.Max(space, 0)].Trim(), line[(space + 1)..].TrimEnd('/'));
    }
}
