using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Images;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>The images that a lab cluster has from the start: one for pod sandboxes and one for workloads, both Debian's static busybox.</summary>
internal static class BasicImages
{
    public const string Pause = "localhost/pause:1";
    public const string Busybox = "busybox:1.35";

    private static readonly string[] PauseEntrypoint = ["/bin/sh", "-c", "exec sleep 2147483647"];

    /// <summary>The folder that holds them as docker archives.</summary>
    public static async Task<string> MakeAsync(LabCache cache, string clusterRoot, Step step, CancellationToken cancellationToken)
    {
        CachedFolder made = await cache.FolderAsync("images-basic", [Busybox, Pause, .. PauseEntrypoint, Path.GetFileName(clusterRoot)], async folder =>
        {
            string tree = Path.Combine(folder, "busybox");
            await FillAsync(tree, clusterRoot, cancellationToken);
            ImageLayer layer = ImageLayer.Pack(tree, "", Path.Combine(folder, "busybox.layer"));
            DockerArchive.Write(Path.Combine(folder, "busybox.tar"), Busybox, new ImageConfig { Entrypoint = ["/bin/sh"], Environment = [ImageConfig.DefaultPath] }, [layer]);
            // A sandbox's process only has to stay, whatever arguments it gets: the runtime ends it with SIGKILL.
            DockerArchive.Write(Path.Combine(folder, "pause.tar"), Pause, new ImageConfig { Entrypoint = PauseEntrypoint }, [layer]);
            Directory.Delete(tree, recursive: true);
            File.Delete(layer.TarFile);
        }, cancellationToken);
        step.Note = made.Reused ? "cached" : $"{Pause}, {Busybox}";
        return made.Path;
    }

    private static async Task FillAsync(string tree, string clusterRoot, CancellationToken cancellationToken)
    {
        foreach (string folder in (string[])["bin", "tmp", "etc", "proc", "sys", "dev"])
            Directory.CreateDirectory(Path.Combine(tree, folder));
        string busybox = Path.Combine(tree, "bin/busybox");
        File.Copy(Path.Combine(clusterRoot, "bin/busybox"), busybox);
        CommandResult applets = (await new Command(busybox, "--list").RunAsync(cancellationToken)).EnsureSuccess();
        foreach (string applet in applets.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(applet => applet != "busybox"))
            File.CreateSymbolicLink(Path.Combine(tree, "bin", applet), "busybox");
    }
}
