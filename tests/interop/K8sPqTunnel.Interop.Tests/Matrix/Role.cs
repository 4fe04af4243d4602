namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>Who sends IKE_SA_INIT.</summary>
public enum Role
{
    WeInitiate,
    PeerInitiates,
}
