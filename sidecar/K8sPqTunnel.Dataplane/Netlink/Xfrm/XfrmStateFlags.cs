namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>flags of struct xfrm_usersa_info.</summary>
[Flags]
internal enum XfrmStateFlags : byte
{
    None = 0,

    /// <summary>XFRM_STATE_AF_UNSPEC: packets of both families go through, whatever the state's selector says of one.</summary>
    AnyFamily = 32,

    /// <summary>XFRM_STATE_ESN.</summary>
    ExtendedSequence = 128,
}
