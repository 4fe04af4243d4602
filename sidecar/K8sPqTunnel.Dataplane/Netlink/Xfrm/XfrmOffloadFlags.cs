namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>flags of struct xfrm_user_offload.</summary>
[Flags]
internal enum XfrmOffloadFlags : byte
{
    None = 0,
    Ipv6 = 1,
    Inbound = 2,

    /// <summary>The card does policies and headers too, not only cryptography.</summary>
    WholePacket = 4,
}
