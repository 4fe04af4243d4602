using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>The objects of a kind as last seen. Thread-safe for readers; one informer writes.</summary>
public sealed class ObjectStore<T>
    where T : class, IKubernetesObject
{
    private readonly Lock _lock = new();
    private readonly List<Action<T?, T?>> _indexes = [];
    private Dictionary<NamespacedName, T> _objects = [];

    internal ObjectStore()
    {
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _objects.Count;
        }
    }

    public bool TryGet(NamespacedName key, [MaybeNullWhen(false)] out T item)
    {
        lock (_lock)
            return _objects.TryGetValue(key, out item);
    }

    /// <returns>A copy of the moment, in no order.</returns>
    public IReadOnlyList<T> List()
    {
        lock (_lock)
            return [.. _objects.Values];
    }

    /// <summary>Keeps the objects by a value from now on.</summary>
    /// <param name="values">Draws the values from an object; must give the same ones for the same object.</param>
    public ObjectIndex<T, TValue> AddIndex<TValue>(Func<T, IEnumerable<TValue>> values)
        where TValue : notnull
    {
        lock (_lock)
        {
            var index = new ObjectIndex<T, TValue>(_lock, values);
            foreach (var item in _objects.Values)
                index.Move(null, item);
            _indexes.Add(index.Move);
            return index;
        }
    }

    /// <summary>Takes over a complete list and tells how it differs from before.</summary>
    internal IReadOnlyList<ResourceChange<T>> Replace(ResourceList<T> list)
    {
        lock (_lock)
        {
            var before = _objects;
            _objects = new Dictionary<NamespacedName, T>(list.Items.Count);
            List<ResourceChange<T>> changes = [];
            foreach (var item in list.Items)
            {
                before.Remove(item.Metadata.Key, out var old);
                _objects[item.Metadata.Key] = item;
                changes.AddRange(Differences(old, item));
            }

            // What is there but can't be read stays as it was last readable: it was not deleted.
            foreach (var unreadable in list.Unreadable)
            {
                if (before.Remove(unreadable.Key, out var kept))
                    _objects[unreadable.Key] = kept;
            }

            changes.AddRange(before.Values.Select(gone => new ResourceChange<T>(ChangeType.Deleted, gone, null, FinalStateUnknown: true)));
            foreach (var change in changes)
                Index(change);
            return changes;
        }
    }

    internal IReadOnlyList<ResourceChange<T>> Set(T item)
    {
        lock (_lock)
        {
            var old = _objects.GetValueOrDefault(item.Metadata.Key);
            if (old is not null && ResourceVersions.IsOlder(item.Metadata, old.Metadata))
                return [];

            var changes = Differences(old, item);
            _objects[item.Metadata.Key] = item;
            foreach (var change in changes)
                Index(change);
            return changes;
        }
    }

    /// <param name="key">Which object.</param>
    /// <param name="last">Its last state; null if that could not be read.</param>
    internal IReadOnlyList<ResourceChange<T>> Remove(NamespacedName key, T? last)
    {
        lock (_lock)
        {
            // A late word of the end of an object whose name another one has by now.
            if (!_objects.TryGetValue(key, out var old) || (last is not null && last.Metadata.Uid != old.Metadata.Uid))
                return [];

            _objects.Remove(key);
            Index(new ResourceChange<T>(ChangeType.Deleted, old, null));
            return [new ResourceChange<T>(ChangeType.Deleted, last ?? old, null, FinalStateUnknown: last is null)];
        }
    }

    private static ResourceChange<T>[] Differences(T? old, T item)
    {
        if (old is null)
            return [new(ChangeType.Added, null, item)];

        // Another object under the same name: the old one was deleted unseen.
        if (old.Metadata.Uid != item.Metadata.Uid)
            return [new(ChangeType.Deleted, old, null, FinalStateUnknown: true), new(ChangeType.Added, null, item)];

        return old.Metadata.ResourceVersion == item.Metadata.ResourceVersion ? [] : [new(ChangeType.Updated, old, item)];
    }

    private void Index(in ResourceChange<T> change)
    {
        foreach (var move in _indexes)
            move(change.Old, change.New);
    }
}
