namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>What becomes of a packet (NF_ of linux/netfilter.h, NFT_ of nf_tables.h).</summary>
internal enum NftVerdict
{
    Drop = 0,
    Accept = 1,
    Jump = -3,
    Goto = -4,
}
