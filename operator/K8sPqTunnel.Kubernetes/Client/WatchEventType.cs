namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>What a watch reports.</summary>
public enum WatchEventType
{
    Added,
    Modified,
    Deleted,

    /// <summary>Nothing changed up to this resource version.</summary>
    Bookmark,
}
