namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Why a packet was dropped, in the names of the kernel's /proc/net/xfrm_stat, so that one dashboard reads both data planes.</summary>
internal enum EspDrop
{
    None,

    /// <summary>The outer ECN field says CE to an inner packet that knows no ECN (RFC 6040 4.2).</summary>
    XfrmInError,

    /// <summary>The inner packet could not be handed on.</summary>
    XfrmInBufferError,

    /// <summary>Too short to be ESP.</summary>
    XfrmInHdrError,

    /// <summary>No SA has this SPI.</summary>
    XfrmInNoStates,

    /// <summary>The ICV is wrong, or the padding of an authentic packet is (RFC 4303 2.4).</summary>
    XfrmInStateProtoError,

    /// <summary>Authentic, but no IP packet inside.</summary>
    XfrmInStateModeError,

    /// <summary>Replayed, or older than the anti-replay window.</summary>
    XfrmInStateSeqError,

    /// <summary>The SA has carried all that its limits let it (RFC 4301 4.4.2.1).</summary>
    XfrmInStateExpired,

    /// <summary>The inner packet lies outside the SA's traffic selectors (RFC 4301 5.2 step 4).</summary>
    XfrmInStateMismatch,

    /// <summary>No outbound SA covers the packet.</summary>
    XfrmOutNoStates,

    /// <summary>The SA's sequence numbers are used up (RFC 4303 3.3.3).</summary>
    XfrmOutStateSeqError,

    /// <summary>The SA has carried all that its limits let it (RFC 4301 4.4.2.1).</summary>
    XfrmOutStateExpired,
}
