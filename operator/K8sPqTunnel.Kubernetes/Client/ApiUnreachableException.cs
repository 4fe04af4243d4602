namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The API server could not be reached or did not answer in time.</summary>
public sealed class ApiUnreachableException : KubernetesException
{
    internal ApiUnreachableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
