using System.Text.Json.Serialization;

namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>A package of an SPDX document. What nobody has looked into is said so.</summary>
internal sealed record SpdxPackage
{
    public const string Unsaid = "NOASSERTION";

    [JsonPropertyName("SPDXID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string VersionInfo { get; init; }

    public string Supplier { get; init; } = Unsaid;

    public string DownloadLocation { get; init; } = Unsaid;

    public bool FilesAnalyzed { get; init; }

    public string LicenseConcluded { get; init; } = Unsaid;

    public string LicenseDeclared { get; init; } = Unsaid;

    public string CopyrightText { get; init; } = Unsaid;

    public IReadOnlyList<SpdxReference>? ExternalRefs { get; init; }

    public IReadOnlyList<SpdxChecksum>? Checksums { get; init; }
}
