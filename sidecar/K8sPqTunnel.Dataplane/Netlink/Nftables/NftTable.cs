namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>A table as listed.</summary>
/// <param name="Comment">Null without one.</param>
internal sealed record NftTable(string Name, string? Comment);
