namespace K8sPqTunnel.Ike.Wire;

/// <summary>Where a payload may stand.</summary>
internal enum Inside
{
    /// <summary>In the open: IKE_SA_INIT only.</summary>
    Clear,

    /// <summary>Within an Encrypted payload, or the fragments of one.</summary>
    Encrypted,
}
