using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Images.Bills;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Images;

/// <summary>Builds the images of <c>images/</c> from their Dockerfiles' last stages, and fills the folder that those take as build context.</summary>
/// <remarks>Both images share the layers of Debian and of .NET's runtime; only the last, small one is their own.</remarks>
public sealed class ProductImages(Repository repository, LabCache cache, StepRunner steps)
{
    private const string Registry = "localhost/k8s-pq-tunnel";
    private const string Tag = "dev";
    private const string RuntimeFolder = "dotnet";
    private const string PackageList = "debian-packages";
    private const string Suite = "trixie";

    private static readonly (string Name, string Project)[] Products =
    [
        ("operator", "operator/K8sPqTunnel.Operator/K8sPqTunnel.Operator.csproj"),
        ("daemon", "sidecar/K8sPqTunnel.Cli/K8sPqTunnel.Cli.csproj"),
    ];

    private readonly string _context = Directory.CreateDirectory(Path.Combine(repository.Artifacts, "images")).FullName;

    /// <summary>Builds what has changed and gives all of them.</summary>
    /// <exception cref="LabException">A program does not compile.</exception>
    public async Task<IReadOnlyList<BuiltImage>> BuildAsync(CancellationToken cancellationToken)
    {
        string packages = Path.Combine(repository.Root, "images", PackageList);
        File.Copy(packages, Path.Combine(_context, PackageList), overwrite: true);
        string root = await steps.RunAsync("Image root: Debian 13", step => MakeDebianAsync(packages, step, cancellationToken));
        ImageLayer debian = await PackAsync("debian", [Path.GetFileName(root)], root, "", cancellationToken);
        ImageLayer runtime = await steps.RunAsync("Image layer: .NET runtime", step => PackRuntimeAsync(step, cancellationToken));

        var images = new List<BuiltImage>();
        foreach ((string name, string project) in Products)
        {
            images.Add(await steps.RunAsync($"Image {name}:{Tag}", async step =>
            {
                ImageFile file = ImageFile.Parse(await File.ReadAllTextAsync(Path.Combine(repository.Root, "images", name, "Dockerfile"), cancellationToken));
                string program = Path.GetFileName(file.Config.Entrypoint[0]);
                await new DotnetBuild(repository).PublishAsync(
                    Path.Combine(repository.Root, project), Path.Combine(_context, name), program, step, cancellationToken);
                BuiltImage image = Write(name, file, debian, runtime);
                await WriteBillAsync(image, name, program, root, cancellationToken);
                return image;
            }));
        }

        return images;
    }

    private BuiltImage Write(string name, ImageFile file, ImageLayer debian, ImageLayer runtime)
    {
        string archive = Path.Combine(_context, $"{name}.tar");
        string fullName = $"{Registry}/{name}:{Tag}";
        ImageLayer[] layers = [.. file.Copies.Select(copy => copy switch
        {
            { Stage: "root" } => debian,
            { Source: RuntimeFolder } => runtime,
            _ => ImageLayer.Pack(Path.Combine(_context, copy.Source), copy.Target, Path.Combine(_context, $"{copy.Source}.layer")),
        })];
        return new BuiltImage(fullName, DockerArchive.Write(archive, fullName, file.Config, layers), archive);
    }

    private Task WriteBillAsync(BuiltImage image, string name, string program, string root, CancellationToken cancellationToken)
    {
        SoftwarePackage[] contents =
        [
            .. DebianInventory.Read(root, Suite),
            new("dotnet-runtime", DotnetInstallation.Version, $"pkg:generic/dotnet-runtime@{DotnetInstallation.Version}", "Organization: Microsoft"),
            new("aspnetcore-runtime", DotnetInstallation.Version, $"pkg:generic/aspnetcore-runtime@{DotnetInstallation.Version}", "Organization: Microsoft"),
            .. NugetInventory.Read(Path.Combine(_context, name, $"{program}.deps.json")),
        ];
        return File.WriteAllTextAsync(
            Path.ChangeExtension(image.Archive, ".spdx.json"), BillOfMaterials.Text(BillOfMaterials.Of(image, contents, DateTimeOffset.UtcNow)), cancellationToken);
    }

    private async Task<string> MakeDebianAsync(string packages, Step step, CancellationToken cancellationToken)
    {
        var root = new DebianRoot("image", Suite, await File.ReadAllLinesAsync(packages, cancellationToken)) { HasInventory = true };
        return await new DebianRootMaker(cache).MakeAsync(root, step, cancellationToken);
    }

    private async Task<ImageLayer> PackRuntimeAsync(Step step, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(_context, RuntimeFolder);
        step.Note = DotnetInstallation.Version;
        if (!Directory.Exists(Path.Combine(folder, "host", "fxr", DotnetInstallation.Version)))
            CopyRuntime(folder);
        return await PackAsync(RuntimeFolder, [DotnetInstallation.Version], folder, "usr/share/dotnet", cancellationToken);
    }

    /// <summary>Of the installation that runs this program only what a published program needs: no SDK.</summary>
    private static void CopyRuntime(string folder)
    {
        string version = DotnetInstallation.Version;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        string[] parts = [$"shared/Microsoft.NETCore.App/{version}", $"shared/Microsoft.AspNetCore.App/{version}", $"host/fxr/{version}"];
        foreach (string part in parts)
        {
            string target = Directory.CreateDirectory(Path.Combine(folder, part)).FullName;
            foreach (string file in Directory.EnumerateFiles(Path.Combine(DotnetInstallation.Home, part)))
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    private async Task<ImageLayer> PackAsync(string name, IEnumerable<string> inputs, string folder, string target, CancellationToken cancellationToken)
    {
        CachedFolder made = await cache.FolderAsync($"layer-{name}", inputs, async partial =>
        {
            ImageLayer layer = ImageLayer.Pack(folder, target, Path.Combine(partial, LayerFile));
            await File.WriteAllTextAsync(Path.Combine(partial, DigestFile), layer.Digest, cancellationToken);
        }, cancellationToken);
        return new ImageLayer(Path.Combine(made.Path, LayerFile), await File.ReadAllTextAsync(Path.Combine(made.Path, DigestFile), cancellationToken));
    }

    private const string LayerFile = "layer.tar";
    private const string DigestFile = "layer.digest";
}
