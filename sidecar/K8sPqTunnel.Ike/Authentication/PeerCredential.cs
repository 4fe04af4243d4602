namespace K8sPqTunnel.Ike.Authentication;

/// <summary>What a peer has to prove itself with.</summary>
public abstract record PeerCredential
{
    private protected PeerCredential()
    {
    }
}
