namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Which way the packets go that a policy is for.</summary>
internal enum XfrmPolicyDirection : byte
{
    /// <summary>To this host.</summary>
    In = 0,

    /// <summary>From this host; what it forwards comes by here too.</summary>
    Out = 1,

    /// <summary>Through this host, on arrival.</summary>
    Forward = 2,
}
