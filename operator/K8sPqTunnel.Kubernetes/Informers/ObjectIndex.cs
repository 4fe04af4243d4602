using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>The objects of a store by a value drawn from them, for instance the Secret that they name.</summary>
public sealed class ObjectIndex<T, TValue>
    where T : class, IKubernetesObject
    where TValue : notnull
{
    private readonly Lock _lock;
    private readonly Func<T, IEnumerable<TValue>> _values;
    private readonly Dictionary<TValue, Dictionary<NamespacedName, T>> _objects = [];

    internal ObjectIndex(Lock storeLock, Func<T, IEnumerable<TValue>> values)
    {
        _lock = storeLock;
        _values = values;
    }

    /// <returns>The objects that have the value, in no order.</returns>
    public IReadOnlyList<T> Find(TValue value)
    {
        lock (_lock)
            return _objects.TryGetValue(value, out var found) ? [.. found.Values] : [];
    }

    // Under the store's lock.
    internal void Move(T? old, T? @new)
    {
        foreach (var value in Values(old))
        {
            if (_objects.TryGetValue(value, out var having) && having.Remove(old!.Metadata.Key) && having.Count == 0)
                _objects.Remove(value);
        }

        foreach (var value in Values(@new))
        {
            if (!_objects.TryGetValue(value, out var having))
                _objects[value] = having = [];
            having[@new!.Metadata.Key] = @new;
        }
    }

    private IEnumerable<TValue> Values(T? item) => item is null ? [] : _values(item);
}
