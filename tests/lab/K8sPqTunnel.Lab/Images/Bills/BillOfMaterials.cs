using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>What an image holds, for those who must know when one of its parts is found to be flawed.</summary>
internal static partial class BillOfMaterials
{
    private const string Image = "SPDXRef-Image";

    /// <summary>The document about an image.</summary>
    /// <param name="image">What was built.</param>
    /// <param name="contents">All that it holds.</param>
    /// <param name="now">When.</param>
    public static SpdxDocument Of(BuiltImage image, IEnumerable<SoftwarePackage> contents, DateTimeOffset now)
    {
        string digest = image.Id["sha256:".Length..];
        var described = new SpdxPackage
        {
            Id = Image,
            Name = image.Name,
            VersionInfo = image.Id,
            Supplier = "Organization: K8sPqTunnel",
            Checksums = [new SpdxChecksum("SHA256", digest)],
        };
        SpdxPackage[] parts = [.. contents.Select(PartOf)];
        return new SpdxDocument
        {
            Name = image.Name,
            DocumentNamespace = $"https://pqtunnel.io/spdx/{digest}",
            CreationInfo = new SpdxCreation(
                now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), ["Organization: K8sPqTunnel", "Tool: images/build.sh"]),
            Packages = [described, .. parts],
            Relationships =
            [
                new SpdxRelationship("SPDXRef-DOCUMENT", "DESCRIBES", Image),
                .. parts.Select(part => new SpdxRelationship(Image, "CONTAINS", part.Id)),
            ],
        };
    }

    /// <summary>The document as it is published.</summary>
    public static string Text(SpdxDocument document) => JsonSerializer.Serialize(document, SpdxContext.Default.SpdxDocument) + "\n";

    // Of all that an ID may have, names have letters, digits, points and hyphens (SPDX 2.3, 7.2).
    private static SpdxPackage PartOf(SoftwarePackage part) => new()
    {
        Id = $"SPDXRef-{NotInIds().Replace(part.Url["pkg:".Length..].Split('@')[0], "-")}",
        Name = part.Name,
        VersionInfo = part.Version,
        Supplier = part.Supplier ?? SpdxPackage.Unsaid,
        ExternalRefs = [SpdxReference.PackageUrl(part.Url)],
    };

    [GeneratedRegex("[^A-Za-z0-9.-]", RegexOptions.NonBacktracking)]
    private static partial Regex NotInIds();
}
