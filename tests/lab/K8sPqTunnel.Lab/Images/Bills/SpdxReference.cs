namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>How others name a package.</summary>
internal sealed record SpdxReference(string ReferenceCategory, string ReferenceType, string ReferenceLocator)
{
    public static SpdxReference PackageUrl(string url) => new("PACKAGE-MANAGER", "purl", url);
}
