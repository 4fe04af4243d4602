namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>nlmsg_type of NETLINK_XFRM (linux/xfrm.h). No flush: what is there may be somebody else's.</summary>
internal static class XfrmMessage
{
    public const ushort NewState = 0x10;
    public const ushort DeleteState = 0x11;
    public const ushort GetState = 0x12;
    public const ushort NewPolicy = 0x13;
    public const ushort DeletePolicy = 0x14;
    public const ushort GetPolicy = 0x15;
    public const ushort AllocateSpi = 0x16;
    public const ushort Acquire = 0x17;
    public const ushort Expire = 0x18;
    public const ushort UpdatePolicy = 0x19;
    public const ushort UpdateState = 0x1a;
    public const ushort Mapping = 0x26;
    public const ushort SetDefault = 0x27;
    public const ushort GetDefault = 0x28;
}
