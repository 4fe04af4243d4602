using System.Text;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Sandboxes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>
/// Builds strongSwan's own load-tester plugin from Debian's source package, since Debian's binary packages leave it out. It has a fake
/// kernel, which takes every SA and does nothing, and an initiator that does not wait for a command for each SA.
/// </summary>
/// <param name="release">Whose plugin.</param>
internal sealed class LoadTesterBuild(LabCache cache, DebianRootMaker roots, CharonRelease release)
{
    public const string PluginFile = "libstrongswan-load-tester.so";
    private const string Recipe = "1";
    private const string Package = "strongswan";
    private const string PluginFolder = "src/libcharon/plugins/load_tester";

    // What of Debian's own options changes the layout of charon's objects, and the plugin; nothing else is built.
    private static readonly string[] Options =
    [
        "--disable-defaults", "--enable-charon", "--enable-ikev1", "--enable-ikev2", "--enable-mediation", "--enable-load-tester",
        "--enable-kdf", "--enable-drbg", "--prefix=/usr", "--sysconfdir=/etc", "--libexecdir=/usr/lib",
    ];

    /// <summary>The plugin's file, for the strongSwan of that root.</summary>
    /// <exception cref="LabException">The archive holds another version's source package by now, or it does not build.</exception>
    public async Task<string> MakeAsync(string strongSwanRoot, Step step, CancellationToken cancellationToken)
    {
        // The root's name has its packages in it, so a new root gets a new plugin.
        CachedFolder made = await cache.FolderAsync("load-tester", [Recipe, Path.GetFileName(strongSwanRoot), .. Options], async folder =>
        {
            string work = Directory.CreateDirectory($"{folder}.work").FullName;
            try
            {
                await BuildAsync(work, folder, strongSwanRoot, step, cancellationToken);
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }, cancellationToken);
        step.Note = made.Reused ? "cached" : "built from Debian's source package";
        return Path.Combine(made.Path, PluginFile);
    }

    private async Task BuildAsync(string work, string output, string strongSwanRoot, Step step, CancellationToken cancellationToken)
    {
        string root = await roots.MakeAsync(release.Build, step, cancellationToken);
        step.Note = "source package";
        var apt = new AptState(Path.Combine(work, "apt"), release.SourceSuite, await DebianMirror.FindAsync(cancellationToken, release.Archive), withSources: true);
        await apt.UpdateAsync(cancellationToken);
        (await apt.RunAsync(cancellationToken, "source", "--download-only", "--tar-only", Package)).EnsureSuccess();
        string archive = Path.GetFileName(Directory.GetFiles(Path.Combine(work, "apt"), $"{Package}_*.orig.tar.*")
            .Single(file => !file.EndsWith(".asc", StringComparison.Ordinal)));
        RequireSameVersion(archive, strongSwanRoot);

        step.Note = "build";
        using var sandbox = new Sandbox(new SandboxSpec(root) { Binds = [new Bind(work, "/work"), new Bind(output, "/output")] });
        await RunAsync(sandbox, "/work", "tar", "--strip-components=1", "--one-top-level=source", "-xf", $"apt/{archive}");
        await RunAsync(sandbox, "/work/source", "./configure", Options);
        await RunAsync(sandbox, $"/work/source/{PluginFolder}", "make", "libstrongswan-load-tester.la");
        File.Copy(Path.Combine(work, "source", PluginFolder, ".libs", PluginFile), Path.Combine(output, PluginFile));

        async Task RunAsync(Sandbox where, string folder, string program, params string[] arguments) =>
            (await where.RunAsync(new Command(program, arguments) { WorkingDirectory = folder }, cancellationToken)).EnsureSuccess();
    }

    // charon does not ask a plugin what it was built for; a wrong one would read its objects wrongly.
    private void RequireSameVersion(string archive, string strongSwanRoot)
    {
        string version = archive[(Package.Length + 1)..archive.IndexOf(".orig", StringComparison.Ordinal)];
        byte[] program = File.ReadAllBytes(Path.Combine(strongSwanRoot, "usr/sbin/charon-systemd"));
        if (program.AsSpan().IndexOf(Encoding.ASCII.GetBytes(version + "\0")) < 0)
            throw new LabException($"Debian {release.SourceSuite} has the source of strongSwan {version}, but {strongSwanRoot} holds another: delete that folder, to get it anew.");
    }
}
