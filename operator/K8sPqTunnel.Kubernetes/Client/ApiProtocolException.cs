namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The answer is not what the Kubernetes API promises: cut off, too large, or not the expected JSON.</summary>
public sealed class ApiProtocolException : KubernetesException
{
    /// <summary>The answer has more octets than the client takes.</summary>
    internal bool IsTooLarge { get; init; }

    internal ApiProtocolException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
