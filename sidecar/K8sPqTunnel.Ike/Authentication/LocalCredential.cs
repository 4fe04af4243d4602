namespace K8sPqTunnel.Ike.Authentication;

/// <summary>What we prove ourselves with.</summary>
public abstract record LocalCredential
{
    private protected LocalCredential()
    {
    }
}
