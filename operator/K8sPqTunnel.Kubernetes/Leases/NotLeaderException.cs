using K8sPqTunnel.Kubernetes.Client;

namespace K8sPqTunnel.Kubernetes.Leases;

/// <summary>A write was not sent, because another process may lead by now.</summary>
public sealed class NotLeaderException : KubernetesException
{
    internal NotLeaderException(string request)
        : base($"{request}: not sent, because this process does not hold its lease.")
    {
    }
}
