namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>Gives the bearer token for the next request.</summary>
internal interface ITokenSource
{
    /// <exception cref="ConfigurationException">There is no token to be had.</exception>
    string Token();

    /// <summary>The server did not accept the token (401): the next one must be read anew.</summary>
    void Refused();
}
