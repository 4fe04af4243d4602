namespace K8sPqTunnel.Lab.Caching;

/// <summary>A complete folder of <see cref="LabCache"/>.</summary>
public sealed record CachedFolder(string Path, bool Reused);
