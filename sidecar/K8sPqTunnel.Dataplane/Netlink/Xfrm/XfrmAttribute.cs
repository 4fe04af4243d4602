namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Attribute types of NETLINK_XFRM (enum xfrm_attr_type_t of linux/xfrm.h).</summary>
internal static class XfrmAttribute
{
    public const ushort Cipher = 2;
    public const ushort Encapsulation = 4;
    public const ushort Template = 5;
    public const ushort SourceAddress = 13;
    public const ushort LastUsed = 15;
    public const ushort Aead = 18;

    /// <summary>XFRMA_ALG_AUTH_TRUNC: the older XFRMA_ALG_AUTH always cuts HMAC-SHA-256 to 96 bits.</summary>
    public const ushort Integrity = 20;
    public const ushort Mark = 21;

    /// <summary>XFRMA_REPLAY_ESN_VAL: the only form for windows over 32 packets and for extended sequence numbers.</summary>
    public const ushort ExtendedReplay = 23;
    public const ushort Offload = 28;
    public const ushort OutputMark = 29;
    public const ushort OutputMarkMask = 30;
    public const ushort InterfaceId = 31;

    /// <summary>XFRMA_SA_DIR, from Linux 6.10 on; an older kernel passes over it.</summary>
    public const ushort Direction = 33;
}
