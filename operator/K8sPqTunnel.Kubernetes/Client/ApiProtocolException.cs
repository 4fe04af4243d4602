namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The answer is not what the Kubernetes API promises: cut off, too large, or not the expected JSON.</summary>
public sealed class ApiProtocolException : KubernetesException
{
    internal ApiProtocolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
