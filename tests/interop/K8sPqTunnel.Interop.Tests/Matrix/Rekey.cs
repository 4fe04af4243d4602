namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What is rekeyed while packets pass, and who begins.</summary>
public enum Rekey
{
    None,
    OurChild,
    OurIke,
    PeerChild,
    PeerIke,
}
