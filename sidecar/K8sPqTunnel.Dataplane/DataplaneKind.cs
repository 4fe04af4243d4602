namespace K8sPqTunnel.Dataplane;

/// <summary>Which of the two data planes carries the packets.</summary>
public enum DataplaneKind
{
    /// <summary>Our ESP over TUN, for kernels without ESP.</summary>
    Userspace,

    /// <summary>The kernel's XFRM.</summary>
    Xfrm,
}
