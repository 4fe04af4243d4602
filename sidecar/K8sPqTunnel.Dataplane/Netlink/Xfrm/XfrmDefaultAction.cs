namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>XFRM_USERPOLICY_*.</summary>
internal enum XfrmDefaultAction : byte
{
    /// <summary>In a request: leave it as it is.</summary>
    Unspecified = 0,
    Block = 1,
    Accept = 2,
}
