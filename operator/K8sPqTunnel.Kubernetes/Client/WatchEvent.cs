namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>One line of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after the change, or before its deletion; null for a bookmark and for an unreadable object.</param>
/// <param name="ResourceVersion">The state that the watch has reached.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Object, string ResourceVersion)
    where T : class
{
    /// <summary>Set when something happened to an object that does not fit the type.</summary>
    public UnreadableObject? Unreadable { get; init; }
}
