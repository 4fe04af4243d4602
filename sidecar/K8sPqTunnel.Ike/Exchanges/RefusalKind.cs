namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What a refused CREATE_CHILD_SA means for us.</summary>
internal enum RefusalKind
{
    /// <summary>Try again after a while.</summary>
    Later,

    /// <summary>The child SA that was to be rekeyed is not there.</summary>
    Gone,

    /// <summary>No repeat can mend it on this IKE SA.</summary>
    Never,
}
