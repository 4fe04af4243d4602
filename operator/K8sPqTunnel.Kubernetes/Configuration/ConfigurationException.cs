namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>How to reach the cluster can't be made out. The message is one sentence that names the file and says what to do.</summary>
public sealed class ConfigurationException : Exception
{
    internal ConfigurationException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
