using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Roots;

/// <summary>An apt of its own for one suite: it reads nothing of the host's lists and installed packages and changes nothing on the host.</summary>
public sealed class AptState
{
    private readonly string _folder;
    private readonly string _suite;
    private readonly DebianMirror _mirror;
    private readonly string[] _options;

    /// <summary>Prepares its folder; nothing is downloaded yet.</summary>
    /// <param name="folder">Where its lists and downloads go.</param>
    /// <param name="suite">trixie, sid, …</param>
    /// <param name="mirror">Where from.</param>
    /// <param name="withSources">Source packages too.</param>
    public AptState(string folder, string suite, DebianMirror mirror, bool withSources = false)
    {
        _folder = folder;
        _suite = suite;
        _mirror = mirror;
        foreach (string needed in (string[])["lists/partial", "archives/partial"])
            Directory.CreateDirectory(Path.Combine(folder, needed));
        File.WriteAllText(At("status"), "");
        string[] kinds = withSources ? ["deb", "deb-src"] : ["deb"];
        File.WriteAllLines(At("sources.list"), kinds.Select(kind => $"{kind} [signed-by={mirror.Keyring}] {mirror.Uri} {suite} main"));
        _options =
        [
            .. Set("Dir::State::status", At("status")), .. Set("Dir::State::lists", At("lists")),
            .. Set("Dir::Cache", folder), .. Set("Dir::Cache::archives", Archives),
            .. Set("Dir::Etc::sourcelist", At("sources.list")), .. Set("Dir::Etc::sourceparts", "-"),
            // A machine whose clock stands wrong, or a mirror that lags, still gets signed packages.
            .. Set("Acquire::Check-Valid-Until", "false"), .. Set("Acquire::Languages", "none"), .. Set("Acquire::Retries", "3"),
            .. Set("Acquire::IndexTargets::deb::DEP-11::DefaultEnabled", "false"),
            .. Set("Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled", "false"),
            .. Set("Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled", "false"),
            .. Set("Acquire::IndexTargets::deb::DEP-11-icons-hidpi::DefaultEnabled", "false"),
            .. Set("APT::Install-Recommends", "false"), .. Set("APT::Sandbox::User", "root"), .. Set("Debug::NoLocking", "true"),
            .. Set("APT::Update::Post-Invoke", ""), .. Set("APT::Update::Post-Invoke-Success", ""), .. Set("DPkg::Post-Invoke", ""),
        ];
    }

    /// <summary>Where <see cref="DownloadAsync"/> puts packages.</summary>
    public string Archives => At("archives");

    /// <summary>Downloads the suite's lists and checks their signature.</summary>
    /// <exception cref="LabException">No network, no such suite, or no key for it.</exception>
    public async Task UpdateAsync(CancellationToken cancellationToken)
    {
        CommandResult update = await RunAsync(cancellationToken, "update");
        string said = update.Output + update.Errors;
        if (said.Contains("NO_PUBKEY", StringComparison.Ordinal) || said.Contains("not signed", StringComparison.Ordinal))
        {
            throw new LabException($"{_mirror.Keyring} has no key for Debian {_suite}: "
                + "run apt-get update && apt-get install --only-upgrade debian-archive-keyring.");
        }

        // apt-get update ends with 0 when an index could not be had; it only warns.
        if (!update.Succeeded || said.Contains("Failed to fetch", StringComparison.Ordinal))
            throw new LabException($"The package lists of Debian {_suite} cannot be downloaded: {said.Trim().Split('\n')[^1]}");
    }

    /// <summary>Downloads packages and everything they depend on into <see cref="Archives"/>; apt checks each against the signed lists.</summary>
    public async Task<IReadOnlyList<string>> DownloadAsync(IEnumerable<string> packages, CancellationToken cancellationToken)
    {
        CommandResult install = await RunAsync(cancellationToken, ["-y", "--download-only", "install", .. packages]);
        if (!install.Succeeded)
            throw new LabException($"Packages of Debian {_suite} cannot be had: {install.Errors.Trim().Split('\n')[^1]}");
        return [.. Directory.EnumerateFiles(Archives, "*.deb").Order(StringComparer.Ordinal)];
    }

    /// <summary>Runs <c>apt-get</c> on this state, in its folder.</summary>
    public Task<CommandResult> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        new Command("apt-get", [.. _options, "-q", .. arguments])
        {
            WorkingDirectory = _folder,
            Environment = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive", ["LC_ALL"] = "C.UTF-8" },
        }.RunAsync(cancellationToken);

    private string At(string name) => Path.Combine(_folder, name);

    private static string[] Set(string option, string value) => ["-o", $"{option}={value}"];
}
