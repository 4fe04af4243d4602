namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>nlmsg_type of nf_tables (linux/netfilter/nfnetlink.h and nf_tables.h).</summary>
internal static class NftMessage
{
    public const ushort BatchBegin = 0x10;
    public const ushort BatchEnd = 0x11;
    public const ushort NewTable = Subsystem | 0;
    public const ushort GetTable = Subsystem | 1;
    public const ushort DeleteTable = Subsystem | 2;
    public const ushort NewChain = Subsystem | 3;
    public const ushort NewRule = Subsystem | 6;
    public const ushort GetRule = Subsystem | 7;

    /// <summary>struct nfgenmsg: family 1, version 1, resource 2.</summary>
    public const int BodyLength = 4;

    /// <summary>NFNL_SUBSYS_NFTABLES, in the upper octet.</summary>
    private const ushort Subsystem = 10 << 8;
}
