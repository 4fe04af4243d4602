namespace K8sPqTunnel.Lab.Images;

/// <summary>An image that was built.</summary>
/// <param name="Name">As pods name it.</param>
/// <param name="Id">The digest of its configuration, as <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Archive">The docker archive on disk; beside it, with .spdx.json for .tar, is what the image holds.</param>
public sealed record BuiltImage(string Name, string Id, string Archive);
