using System.Text.Json;

namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>The NuGet packages of a published program, from its .deps.json.</summary>
internal static class NugetInventory
{
    public static IReadOnlyList<SoftwarePackage> Read(string depsFile)
    {
        using FileStream stream = File.OpenRead(depsFile);
        using JsonDocument document = JsonDocument.Parse(stream);
        return
        [
            .. document.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => Parse(library.Name)).OrderBy(package => package.Name, StringComparer.Ordinal),
        ];
    }

    // NAME/VERSION
    private static SoftwarePackage Parse(string library)
    {
        string[] parts = library.Split('/', 2);
        return new SoftwarePackage(parts[0], parts[1], $"pkg:nuget/{parts[0]}@{Uri.EscapeDataString(parts[1])}");
    }
}
