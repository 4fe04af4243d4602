namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>One thing that an image holds.</summary>
/// <param name="Name">As its distributor names it.</param>
/// <param name="Version">As its distributor counts.</param>
/// <param name="Url">Its package URL (purl-spec), by which scanners know it.</param>
/// <param name="Supplier">As SPDX wants it: "Organization: NAME"; null where it is not known.</param>
internal sealed record SoftwarePackage(string Name, string Version, string Url, string? Supplier = null);
