using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>Keeps a store of all objects of a kind and tells about each change, deletions that happened unseen included.</summary>
public sealed class Informer<T>
    where T : class, IKubernetesObject
{
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Action<ResourceChange<T>>> _handlers = [];
    private readonly Reflector<T> _reflector;
    private readonly ILogger _logger;
    private readonly string _kind;
    private readonly Func<T, T>? _trim;
    private bool _running;

    /// <param name="client">The kind.</param>
    /// <param name="options">Which objects.</param>
    /// <param name="logger">Interruptions.</param>
    /// <param name="trim">Drops what nobody reads, before an object is stored and told; null keeps everything.</param>
    public Informer(ResourceClient<T> client, InformerOptions options, ILogger logger, Func<T, T>? trim = null)
    {
        _trim = trim;
        _reflector = new Reflector<T>(client, options, Replace, Apply, logger, trim);
        _logger = logger;
        _kind = client.Kind.ToString();
    }

    public ObjectStore<T> Store { get; } = new();

    /// <summary>The first list is in the store and was told to the handlers. A reconcile that reads the store must wait for this.</summary>
    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>Tells the handler about every change, the first list as additions. Before <see cref="RunAsync"/> only.</summary>
    /// <param name="handler">Quick and not blocking: it holds up the watch. To put a key into a work queue is what it is for.</param>
    public void Subscribe(Action<ResourceChange<T>> handler)
    {
        if (_running)
            throw new InvalidOperationException($"The informer of {_kind} runs already: subscribe before.");
        _handlers.Add(handler);
    }

    /// <summary>Waits for <see cref="HasSynced"/>.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    /// <summary>Follows the kind until the token is cancelled. Trouble with the cluster is waited out, never thrown.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _running = true;
        try
        {
            await _reflector.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private void Replace(ResourceList<T> list)
    {
        foreach (var unreadable in list.Unreadable)
            InformerLog.Unreadable(_logger, _kind, unreadable.Key, unreadable.Problem);
        Tell(Store.Replace(list));
        _synced.TrySetResult();
    }

    private void Apply(WatchEvent<T> next)
    {
        if (next.Unreadable is { } unreadable)
        {
            InformerLog.Unreadable(_logger, _kind, unreadable.Key, unreadable.Problem);
            if (next.Type == WatchEventType.Deleted)
                Tell(Store.Remove(unreadable.Key, last: null));
            return;
        }

        var item = _trim is null ? next.Object! : _trim(next.Object!);
        Tell(next.Type == WatchEventType.Deleted ? Store.Remove(item.Metadata.Key, item) : Store.Set(item));
    }

    private void Tell(IReadOnlyList<ResourceChange<T>> changes)
    {
        foreach (var change in changes)
        {
            foreach (var handler in _handlers)
                handler(change);
        }
    }
}
