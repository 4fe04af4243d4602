namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>Where a base chain stands (NF_INET_ of linux/netfilter.h).</summary>
internal enum NftHook : uint
{
    PreRouting = 0,
    Input = 1,
    Forward = 2,
    Output = 3,
    PostRouting = 4,
}
