namespace K8sPqTunnel.Lab.Images;

/// <summary>An image that was built.</summary>
/// <param name="Name">As pods name it.</param>
/// <param name="Id">The digest of its configuration, after <c>sha256:</c>.</param>
/// <param name="Archive">The docker archive on disk.</param>
public sealed record BuiltImage(string Name, string Id, string Archive);
