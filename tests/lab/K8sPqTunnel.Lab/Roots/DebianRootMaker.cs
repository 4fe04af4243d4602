using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Roots;

/// <summary>Makes Debian roots in the cache: download, unpack, and the few things that maintainer scripts would have done.</summary>
public sealed class DebianRootMaker(LabCache cache)
{
    private static readonly string[] Merged = ["bin", "sbin", "lib", "lib64"];
    private static readonly string[] Unneeded = ["doc", "man", "locale", "info", "lintian", "bug"];
    private static readonly string[] Empty = ["proc", "sys", "dev", "tmp", "run", "root", "etc", "var/tmp", "var/log"];

    /// <summary>The root's folder, made if the cache does not hold it.</summary>
    public async Task<string> MakeAsync(DebianRoot root, Step step, CancellationToken cancellationToken)
    {
        string packages = "";
        CachedFolder made = await cache.FolderAsync($"root-{root.Name}", root.Inputs, async folder =>
        {
            int count = await FillAsync(root, folder, step, cancellationToken);
            packages = $"{count} packages of Debian {root.Suite}";
        }, cancellationToken);
        step.Note = made.Reused ? "cached" : packages;
        return made.Path;
    }

    private static async Task<int> FillAsync(DebianRoot root, string folder, Step step, CancellationToken cancellationToken)
    {
        string aptFolder = $"{folder}.apt";
        try
        {
            step.Note = "package lists";
            var apt = new AptState(aptFolder, root.Suite, await DebianMirror.FindAsync(cancellationToken));
            await apt.UpdateAsync(cancellationToken);
            step.Note = "download";
            IReadOnlyList<string> archives = await apt.DownloadAsync(root.Packages, cancellationToken);
            step.Note = "unpack";
            LinkMergedFolders(folder);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(archives, parallel, (archive, stop) => new ValueTask(PackageArchive.UnpackAsync(archive, folder, stop)));
            if (root.HasInventory)
                await WriteInventoryAsync(archives, Path.Combine(folder, DebianRoot.ControlFolder), cancellationToken);
            await FinishAsync(folder, cancellationToken);
            return archives.Count;
        }
        finally
        {
            if (Directory.Exists(aptFolder))
                Directory.Delete(aptFolder, recursive: true);
        }
    }

    private static async Task WriteInventoryAsync(IEnumerable<string> archives, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (string archive in archives)
        {
            CommandResult control = (await new Command("dpkg-deb", "--field", archive).RunAsync(cancellationToken)).EnsureSuccess();
            // NAME_VERSION_ARCHITECTURE.deb
            await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(archive).Split('_')[0]), control.Output, cancellationToken);
        }
    }

    // Debian's merged /usr: the packages carry files only below /usr, the links come from base-files.
    private static void LinkMergedFolders(string root)
    {
        foreach (string folder in Merged)
        {
            Directory.CreateDirectory(Path.Combine(root, "usr", folder));
            File.CreateSymbolicLink(Path.Combine(root, folder), $"usr/{folder}");
        }
    }

    private static async Task FinishAsync(string root, CancellationToken cancellationToken)
    {
        foreach (string folder in Unneeded.Select(name => Path.Combine(root, "usr/share", name)).Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (string folder in Empty)
            Directory.CreateDirectory(Path.Combine(root, folder));
        LinkIfAbsent(root, "usr/bin/sh", "dash");
        LinkIfAbsent(root, "var/run", "/run");
        LinkIfAbsent(root, "etc/mtab", "/proc/self/mounts");
        await WriteIfAbsentAsync(root, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
        await WriteIfAbsentAsync(root, "etc/group", "root:x:0:\nnogroup:x:65534:\n");
        await WriteIfAbsentAsync(root, "etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
        (await new Command("/sbin/ldconfig", "-r", root).RunAsync(cancellationToken)).EnsureSuccess();
    }

    private static void LinkIfAbsent(string root, string path, string target)
    {
        string link = Path.Combine(root, path);
        if (!Path.Exists(link) && new FileInfo(link).LinkTarget is null)
            File.CreateSymbolicLink(link, target);
    }

    private static Task WriteIfAbsentAsync(string root, string path, string text) =>
        Path.Exists(Path.Combine(root, path)) ? Task.CompletedTask : File.WriteAllTextAsync(Path.Combine(root, path), text);
}
