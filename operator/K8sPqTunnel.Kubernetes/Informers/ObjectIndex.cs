using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>The objects of a store by a value drawn from them, for instance the Secret that they name.</summary>
public sealed class ObjectIndex<T, TValue>
    where T : class, IKubernetesObject
    where TValue : notnull
{
    private readonly Lock _lock;
    private readonly Func<T, IEnumerable<TValue>> _values;
    // Never changed in place, so that readers need no copies. Mostly of one object.
    private readonly Dictionary<TValue, T[]> _objects = [];

    internal ObjectIndex(Lock storeLock, Func<T, IEnumerable<TValue>> values)
    {
        _lock = storeLock;
        _values = values;
    }

    /// <returns>The objects that have the value, in no order.</returns>
    public IReadOnlyList<T> Find(TValue value)
    {
        lock (_lock)
            return _objects.TryGetValue(value, out var found) ? found : [];
    }

    // Under the store's lock.
    internal void Move(T? old, T? @new)
    {
        foreach (var value in Values(old))
        {
            var others = Without(value, old!.Metadata.Key);
            if (others.Length == 0)
                _objects.Remove(value);
            else
                _objects[value] = others;
        }

        foreach (var value in Values(@new))
            _objects[value] = [.. Without(value, @new!.Metadata.Key), @new];
    }

    private T[] Without(TValue value, NamespacedName key) =>
        _objects.TryGetValue(value, out var having) ? Array.FindAll(having, item => item.Metadata.Key != key) : [];

    private IEnumerable<TValue> Values(T? item) => item is null ? [] : _values(item);
}
