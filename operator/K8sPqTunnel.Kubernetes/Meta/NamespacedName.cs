namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>The key of an object among those of its kind.</summary>
/// <param name="Namespace">Null for objects of the whole cluster.</param>
/// <param name="Name">The object's name.</param>
public readonly record struct NamespacedName(string? Namespace, string Name)
{
    /// <returns><c>namespace/name</c>, or <c>name</c> for objects of the whole cluster.</returns>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
