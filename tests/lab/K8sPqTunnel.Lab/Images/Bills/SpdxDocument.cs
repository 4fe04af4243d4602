using System.Text.Json.Serialization;

namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>An SPDX 2.3 document (ISO/IEC 5962 and its successor), as JSON.</summary>
internal sealed record SpdxDocument
{
    public string SpdxVersion { get; init; } = "SPDX-2.3";

    public string DataLicense { get; init; } = "CC0-1.0";

    [JsonPropertyName("SPDXID")]
    public string Id { get; init; } = "SPDXRef-DOCUMENT";

    public required string Name { get; init; }

    public required string DocumentNamespace { get; init; }

    public required SpdxCreation CreationInfo { get; init; }

    public required IReadOnlyList<SpdxPackage> Packages { get; init; }

    public required IReadOnlyList<SpdxRelationship> Relationships { get; init; }
}
