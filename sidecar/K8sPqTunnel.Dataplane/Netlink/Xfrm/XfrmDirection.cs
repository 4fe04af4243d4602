namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>XFRMA_SA_DIR.</summary>
internal enum XfrmDirection : byte
{
    Inbound = 1,
    Outbound = 2,
}
