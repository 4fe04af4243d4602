namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>What a policy does with its packets.</summary>
internal enum XfrmAction : byte
{
    /// <summary>Lets them pass: through the template's states if it has one, in clear otherwise.</summary>
    Allow = 0,
    Block = 1,
}
