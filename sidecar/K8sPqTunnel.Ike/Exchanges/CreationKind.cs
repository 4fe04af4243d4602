namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What a CREATE_CHILD_SA is for (RFC 7296 1.3.1 to 1.3.3).</summary>
internal enum CreationKind
{
    NewChild,
    RekeyIke,
    RekeyChild,
}
