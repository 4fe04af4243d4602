using System.Globalization;
using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Controllers;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>Writes events in the background and counts repeats in one Event object, so that a flapping peer makes no flood.</summary>
/// <remarks>Best effort: an event that the API server refuses, or does not take after several attempts, is dropped and logged.</remarks>
public sealed class EventRecorder : IDisposable
{
    private const int MaxNoteBytes = 1024;                               // events.k8s.io/v1 Event.note
    private const int MaxAttempts = 10;
    private const int MaxNameLength = 253;

    private readonly ResourceClient<Event> _events;
    private readonly EventRecorderOptions _options;
    private readonly EventSeriesTable _series;
    private readonly Controller<EventKey> _writer;
    private readonly ILogger _logger;

    public EventRecorder(KubernetesClient client, EventRecorderOptions options, ILogger logger)
    {
        _events = client.Of(Kinds.Event);
        _options = options;
        _series = new EventSeriesTable(options);
        _logger = logger;
        var queue = new WorkQueueOptions
        {
            Name = "events",
            Backoff = new ExponentialBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
            TimeProvider = options.TimeProvider,
            Metrics = options.Metrics,
        };
        _writer = new Controller<EventKey>(queue, WriteAsync, workers: 1, logger);
    }

    /// <summary>Notes that something happened to an object; returns at once.</summary>
    /// <param name="regarding">The object.</param>
    /// <param name="type">Normal, or a warning.</param>
    /// <param name="reason">Why, one CamelCase word for programs, <c>PeerUnreachable</c>.</param>
    /// <param name="action">What was done or failed, one CamelCase word, <c>Negotiate</c>.</param>
    /// <param name="note">One sentence for people, without secrets; cut after 1,024 octets.</param>
    /// <param name="related">Another object that it is about.</param>
    public void Record(
        IKubernetesObject regarding, EventType type, string reason, string action, string note, IKubernetesObject? related = null)
    {
        var key = new EventKey(Reference(regarding), related is null ? null : Reference(related), type, reason, action, Cut(note));
        if (_series.Count(key) is { } wait)
            _writer.Queue.AddAfter(key, wait);
        else
            Dropped("too_many");
    }

    /// <summary>Writes until the token is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _writer.RunAsync(cancellationToken);

    public void Dispose() => _writer.Dispose();

    private async Task<ReconcileResult> WriteAsync(EventKey key, CancellationToken cancellationToken)
    {
        if (_series.Next(key) is not { } write)
            return ReconcileResult.Done;

        if (write.Unwritten == 0)
            return ReconcileResult.RequeueAfter(write.Last + _options.SeriesEndsAfter - _options.TimeProvider.GetUtcNow());

        try
        {
            return write.Name is null
                ? await CreateAsync(key, write, cancellationToken)
                : await PatchAsync(key, write.Name, write, cancellationToken);
        }
        catch (ApiException e) when (e.IsNotFound && write.Name is not null)
        {
            _series.StartOver(key);                                     // it outlived its time to live
            return ReconcileResult.RequeueAfter(TimeSpan.Zero);
        }
        catch (KubernetesException e) when (e is ApiException { Code: < 500 and not 429 } || _writer.Queue.Failures(key) >= MaxAttempts)
        {
            _series.Drop(key);
            EventLog.Dropped(_logger, key.ToString(), e.Message);
            Dropped("refused");
            return ReconcileResult.Done;
        }
    }

    private async Task<ReconcileResult> CreateAsync(EventKey key, EventWrite write, CancellationToken cancellationToken)
    {
        string suffix = "." + write.First.UtcTicks.ToString("x", CultureInfo.InvariantCulture) + "." + Guid.NewGuid().ToString("n")[..8];
        string about = key.Regarding.Name ?? "";
        string name = about[..Math.Min(about.Length, MaxNameLength - suffix.Length)] + suffix;
        await _events.CreateAsync(
            new Event
            {
                Metadata = new ObjectMeta { Name = name, Namespace = Namespace(key) },
                EventTime = write.First,
                ReportingController = _options.Controller,
                ReportingInstance = _options.Instance,
                Action = key.Action,
                Reason = key.Reason,
                Regarding = key.Regarding,
                Related = key.Related,
                Note = key.Note,
                Type = key.Type == EventType.Warning ? "Warning" : "Normal",
            },
            cancellationToken);
        _series.Written(key, name, 1);
        return ReconcileResult.RequeueAfter(write.Count > 1 ? TimeSpan.Zero : _options.SeriesEndsAfter);
    }

    private async Task<ReconcileResult> PatchAsync(EventKey key, string name, EventWrite write, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["series"] = new JsonObject
            {
                ["count"] = write.Count,
                ["lastObservedTime"] = write.Last.UtcDateTime.ToString(MicroTimeConverter.Format, CultureInfo.InvariantCulture),
            },
        };
        await _events.PatchAsync(new NamespacedName(Namespace(key), name), Patch.Merge(patch), cancellationToken: cancellationToken);
        _series.Written(key, name, write.Count);
        return ReconcileResult.RequeueAfter(_options.SeriesInterval);
    }

    private void Dropped(string cause) => _options.Metrics?.EventsDropped.Add(1, new KeyValuePair<string, object?>("cause", cause));

    // Events about objects of the whole cluster live in the namespace "default".
    private static string Namespace(EventKey key) => key.Regarding.Namespace ?? "default";

    private static ObjectReference Reference(IKubernetesObject item) => new()
    {
        ApiVersion = item.ApiVersion,
        Kind = item.Kind,
        Namespace = item.Metadata.Namespace,
        Name = item.Metadata.Name,
        Uid = item.Metadata.Uid,
    };

    private static string Cut(string note)
    {
        int bytes = 0;
        int length = 0;
        foreach (var rune in note.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxNoteBytes)
                return note[..length];
            length += rune.Utf16SequenceLength;
        }

        return note;
    }
}
