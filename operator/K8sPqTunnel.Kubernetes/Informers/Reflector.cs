using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>Lists, then watches from there for ever; what it sees goes to two delegates, one call at a time.</summary>
/// <param name="client">The kind.</param>
/// <param name="options">What to follow.</param>
/// <param name="replace">Takes a complete list: at first, and whenever the watch can't go on from where it was.</param>
/// <param name="apply">Takes one event of the watch.</param>
/// <param name="logger">Interruptions.</param>
/// <param name="trim">What is kept of each object of a list; null for all.</param>
internal sealed class Reflector<T>(
    ResourceClient<T> client,
    InformerOptions options,
    Action<ResourceList<T>> replace,
    Action<WatchEvent<T>> apply,
    ILogger logger,
    Func<T, T>? trim = null)
    where T : class, IKubernetesObject
{
    // A server that ends watches faster than this without an event is in trouble: don't hammer it.
    private static readonly TimeSpan ShortestHealthyWatch = TimeSpan.FromSeconds(1);

    // A server that asks for more is asked again all the same: it may have been restored or replaced meanwhile.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    private string? _version;
    private bool _isFromList;
    private int _failures;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            string why;
            TimeSpan? asked = null;
            try
            {
                if (_version is null)
                    await ListAsync(cancellationToken);
                if (await WatchAsync(cancellationToken))
                    continue;
                why = "the server ended the watch at once";
            }
            catch (ApiException e) when (_version is not null && e.IsOfVersion)
            {
                // Ordinary for a version that was followed for a while; a server that refuses the one it just gave is waited for.
                InformerLog.Expired(logger, client.Kind.ToString(), _version);
                bool ordinary = !_isFromList;
                _version = null;
                if (ordinary)
                    continue;
                _failures++;
                (why, asked) = (e.Message, e.RetryAfter);
            }
            catch (ApiException e)
            {
                _failures++;
                (why, asked) = (e.Message, e.RetryAfter);
            }
            catch (ApiProtocolException e)
            {
                // Once, the connection may have broken inside an event. Twice at the same place it is the event, and the watch never gets past it.
                if (_failures++ > 0)
                    _version = null;
                why = e.Message;
            }
            catch (KubernetesException e)
            {
                _failures++;
                why = e.Message;
            }

            var wait = WaitFor(asked);
            InformerLog.Interrupted(logger, client.Kind.ToString(), wait.TotalSeconds, why);
            await Task.Delay(wait, options.TimeProvider, cancellationToken);
        }
    }

    // Never less than the server asks for, and stretched at random, so that many clients don't come back at once.
    private TimeSpan WaitFor(TimeSpan? asked)
    {
        var wait = options.Backoff.After(_failures) * (1 + Random.Shared.NextDouble());
        return asked is { } least && least > wait ? (least < LongestRetryAfter ? least : LongestRetryAfter) : wait;
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var list = await client.ListAsync(
            options.Namespace,
            new ListOptions { LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector, PageSize = options.PageSize },
            trim,
            cancellationToken);
        InformerLog.Listed(logger, client.Kind.ToString(), list.Items.Count, list.ResourceVersion);
        replace(list);
        _version = list.ResourceVersion;
        _isFromList = true;
    }

    /// <returns>False if the watch ended too early to be healthy.</returns>
    private async Task<bool> WatchAsync(CancellationToken cancellationToken)
    {
        var watch = new WatchOptions
        {
            ResourceVersion = _version!,
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            Timeout = options.WatchTimeout,
            Grace = options.WatchGrace,
        };
        long started = options.TimeProvider.GetTimestamp();
        await foreach (var next in client.WatchAsync(options.Namespace, watch, cancellationToken))
        {
            if (next.Type != WatchEventType.Bookmark)
                apply(next);
            _version = next.ResourceVersion;
            _isFromList = false;
            _failures = 0;
        }

        if (options.TimeProvider.GetElapsedTime(started) >= ShortestHealthyWatch)
            _failures = 0;
        else if (_version == watch.ResourceVersion)
            _failures++;
        return _failures == 0;
    }
}
