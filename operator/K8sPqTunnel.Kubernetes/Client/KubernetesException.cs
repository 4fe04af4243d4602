namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The cluster refused, did not answer, or answered something else than its API. The message is one sentence.</summary>
public abstract class KubernetesException : Exception
{
    private protected KubernetesException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
