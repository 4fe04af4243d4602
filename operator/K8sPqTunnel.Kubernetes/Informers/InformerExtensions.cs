using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>The usual ways from an informer to a work queue.</summary>
public static class InformerExtensions
{
    /// <summary>Queues the key of each object that changes.</summary>
    /// <param name="informer">Before it runs.</param>
    /// <param name="queue">The controller's queue.</param>
    /// <param name="when">Which changes count; null for all. <see cref="ResourceChange{T}.IsOfSpec"/> leaves out status writes.</param>
    public static void FeedTo<T>(this Informer<T> informer, WorkQueue<NamespacedName> queue, Func<ResourceChange<T>, bool>? when = null)
        where T : class, IKubernetesObject =>
        informer.Subscribe(change =>
        {
            if (when is null || when(change))
                queue.Add(change.Key);
        });

    /// <summary>Queues the keys of the owners of each object that changes; both owners when it changes hands.</summary>
    /// <param name="informer">Of the owned kind, before it runs.</param>
    /// <param name="queue">The queue of the owner's controller.</param>
    /// <param name="ownerApiVersion">The owner's <c>apiVersion</c>.</param>
    /// <param name="ownerKind">The owner's <c>kind</c>.</param>
    public static void FeedOwnersTo<T>(this Informer<T> informer, WorkQueue<NamespacedName> queue, string ownerApiVersion, string ownerKind)
        where T : class, IKubernetesObject =>
        informer.Subscribe(change =>
        {
            foreach (var owned in (ReadOnlySpan<T?>)[change.Old, change.New])
            {
                foreach (var owner in owned?.Metadata.OwnerReferences ?? [])
                {
                    if (owner.Kind == ownerKind && owner.ApiVersion == ownerApiVersion)
                        queue.Add(new NamespacedName(owned!.Metadata.Namespace, owner.Name));
                }
            }
        });
}
