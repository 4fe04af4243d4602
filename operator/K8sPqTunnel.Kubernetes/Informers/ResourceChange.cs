using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>A change that an informer has seen; its store already shows it.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Old">The object before; null if it was added.</param>
/// <param name="New">The object after; null if it was deleted.</param>
/// <param name="FinalStateUnknown">The deletion was missed: <paramref name="Old"/> is the last state seen, not the last there was.</param>
public readonly record struct ResourceChange<T>(ChangeType Type, T? Old, T? New, bool FinalStateUnknown = false)
    where T : class, IKubernetesObject
{
    /// <summary>The newest state known.</summary>
    public T Object => New ?? Old ?? throw new InvalidOperationException("A change has an object.");

    public NamespacedName Key => Object.Metadata.Key;

    /// <summary>The spec changed, or deletion was asked for: false for an update that only touched status, labels or annotations.</summary>
    public bool IsOfSpec =>
        Type != ChangeType.Updated
        || Old!.Metadata.Generation != New!.Metadata.Generation
        || Old.Metadata.IsBeingDeleted != New.Metadata.IsBeingDeleted;
}
