namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>What happened to an object.</summary>
public enum ChangeType
{
    Added,
    Updated,
    Deleted,
}
