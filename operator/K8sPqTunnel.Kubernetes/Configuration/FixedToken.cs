namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>A token that never changes.</summary>
internal sealed class FixedToken(string token) : ITokenSource
{
    public string Token() => token;

    public void Refused()
    {
        // Nothing to read anew.
    }
}
