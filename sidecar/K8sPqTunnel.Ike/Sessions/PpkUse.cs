namespace K8sPqTunnel.Ike.Sessions;

/// <summary>Where both ends have agreed in IKE_SA_INIT to mix a postquantum preshared key in.</summary>
internal enum PpkUse
{
    None,

    /// <summary>Before IKE_AUTH: children and later IKE SAs are protected, this one is not (RFC 8784 3).</summary>
    InAuth,

    /// <summary>With the last IKE_INTERMEDIATE, so that IKE_AUTH is protected too (RFC 9867 3.1).</summary>
    InIntermediate,
}
