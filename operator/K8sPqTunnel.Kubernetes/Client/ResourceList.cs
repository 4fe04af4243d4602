namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The objects of a list, or of one page of it.</summary>
/// <param name="Items">In the order of the API server: by namespace and name.</param>
/// <param name="ResourceVersion">The state of the whole list: a watch goes on from here.</param>
/// <param name="Continue">Where the next page starts; null after the last.</param>
public sealed record ResourceList<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue)
{
    /// <summary>Objects that exist but don't fit the type.</summary>
    public IReadOnlyList<UnreadableObject> Unreadable { get; init; } = [];

    /// <summary>How much JSON it was.</summary>
    internal int Octets { get; init; }
}
