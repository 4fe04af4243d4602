using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Transport;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The verbs of the API for one kind.</summary>
/// <remarks>Every method throws a <see cref="KubernetesException"/> when the cluster does not do as asked.</remarks>
public sealed class ResourceClient<T>
    where T : class, IKubernetesObject
{
    private const int MinWatchSeconds = 240;
    private const int MaxWatchSeconds = 290;

    private readonly ApiTransport _transport;

    internal ResourceClient(ApiTransport transport, ResourceKind<T> kind)
    {
        _transport = transport;
        Kind = kind;
    }

    public ResourceKind<T> Kind { get; }

    /// <exception cref="ApiException">404 if it is not there; see <see cref="FindAsync"/>.</exception>
    public Task<T> GetAsync(NamespacedName key, CancellationToken cancellationToken = default) =>
        SendAsync(new ApiRequest("get", HttpMethod.Get, ResourcePath.Object(Kind, key)), cancellationToken);

    /// <returns>The object, or null if it is not there.</returns>
    public async Task<T?> FindAsync(NamespacedName key, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(key, cancellationToken);
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>All objects, page by page into one list.</summary>
    /// <remarks>
    /// A consistent read, not the API server's cache of unknown age (<c>resourceVersion=0</c>), so that a list never goes back in
    /// time. When the continue token expires between pages, the list is read again in one answer.
    /// </remarks>
    /// <param name="namespace">Null for all namespaces.</param>
    /// <param name="options">Which objects.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ResourceList<T>> ListAsync(string? @namespace, ListOptions? options = null, CancellationToken cancellationToken = default) =>
        ListAsync(@namespace, options, null, cancellationToken);

    /// <summary>The same, where of each page only that is kept which <paramref name="trim"/> leaves.</summary>
    internal async Task<ResourceList<T>> ListAsync(
        string? @namespace, ListOptions? options, Func<T, T>? trim, CancellationToken cancellationToken)
    {
        options ??= new ListOptions();
        var pages = new PageSizer(options);
        var page = await ListPageAsync(@namespace, pages, null, trim, cancellationToken);
        if (page.Continue is null)
            return page;

        List<T> items = [.. page.Items];
        List<UnreadableObject> unreadable = [.. page.Unreadable];
        while (page.Continue is { } next)
        {
            try
            {
                page = await ListPageAsync(@namespace, pages, next, trim, cancellationToken);
            }
            catch (ApiException e) when (e.IsExpired)
            {
                return Trim(await ListPageAsync(@namespace, options with { PageSize = 0 }, null, cancellationToken), trim);
            }

            items.AddRange(page.Items);
            unreadable.AddRange(page.Unreadable);
        }

        return page with { Items = items, Unreadable = unreadable };
    }

    /// <summary>One page of a list.</summary>
    /// <param name="namespace">Null for all namespaces.</param>
    /// <param name="options">Which objects and how many.</param>
    /// <param name="next"><see cref="ResourceList{T}.Continue"/> of the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ResourceList<T>> ListPageAsync(
        string? @namespace, ListOptions options, string? next, CancellationToken cancellationToken = default)
    {
        string query = ResourcePath.Query(
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("limit", options.PageSize > 0 ? options.PageSize.ToString(CultureInfo.InvariantCulture) : null),
            ("continue", next));
        var request = new ApiRequest("list", HttpMethod.Get, ResourcePath.Collection(Kind, @namespace) + query);
        return _transport.SendAsync(
            request, body => Read(request, body, static (json, kind) => ListReader.Read(json, kind) with { Octets = json.Length }), cancellationToken);
    }

    /// <summary>Follows the changes from a resource version until the server ends the watch.</summary>
    /// <param name="namespace">Null for all namespaces.</param>
    /// <param name="options">From where, which objects, how long.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="ApiException"><see cref="ApiException.IsExpired"/>: list again.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(
        string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var timeout = options.Timeout ?? TimeSpan.FromSeconds(Random.Shared.Next(MinWatchSeconds, MaxWatchSeconds + 1));
        string query = ResourcePath.Query(
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", options.ResourceVersion),
            ("timeoutSeconds", ((int)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector));
        var request = new ApiRequest("watch", HttpMethod.Get, ResourcePath.Collection(Kind, @namespace) + query);

        await using var stream = await WatchStream<T>.OpenAsync(_transport, request, Kind, timeout + options.Grace, cancellationToken);
        while (await stream.NextAsync() is { } next)
            yield return next;
    }

    /// <exception cref="ApiException"><see cref="ApiException.IsAlreadyExists"/> if the name is taken.</exception>
    public Task<T> CreateAsync(T desired, CancellationToken cancellationToken = default)
    {
        var request = new ApiRequest("create", HttpMethod.Post, ResourcePath.Collection(Kind, desired.Metadata.Namespace))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(desired, Kind.Json),
        };
        return SendAsync(request, cancellationToken);
    }

    /// <summary>Server-side apply: gives the object these fields, and gives up those it was given before and no longer is.</summary>
    /// <param name="desired">Name, and only the fields that this field manager wants to own.</param>
    /// <param name="fieldManager">One name per controller.</param>
    /// <param name="force">Take fields from other managers, which a controller does with its own objects; otherwise 409.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<T> ApplyAsync(T desired, string fieldManager, bool force = true, CancellationToken cancellationToken = default) =>
        ApplyAsync(desired, null, fieldManager, force, cancellationToken);

    /// <summary>Server-side apply of the status; the rest of <paramref name="desired"/> is ignored by the server.</summary>
    /// <inheritdoc cref="ApplyAsync(T, string, bool, CancellationToken)"/>
    public Task<T> ApplyStatusAsync(T desired, string fieldManager, bool force = true, CancellationToken cancellationToken = default) =>
        ApplyAsync(desired, "status", fieldManager, force, cancellationToken);

    // The same, of JSON that was made from a T.
    internal Task<T> ApplyAsync(NamespacedName key, JsonObject desired, string fieldManager, CancellationToken cancellationToken)
    {
        string query = ResourcePath.Query(("fieldManager", fieldManager), ("force", "true"));
        return SendAsync(PatchRequest(ResourcePath.Object(Kind, key) + query, Patch.Apply(desired)), cancellationToken);
    }

    /// <param name="key">Which object.</param>
    /// <param name="patch">What changes.</param>
    /// <param name="subresource"><c>status</c> or null.</param>
    /// <param name="fieldManager">Who owns the changed fields from now on; null for the server's guess from the user agent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<T> PatchAsync(
        NamespacedName key,
        Patch patch,
        string? subresource = null,
        string? fieldManager = null,
        CancellationToken cancellationToken = default)
    {
        string query = ResourcePath.Query(("fieldManager", fieldManager));
        return SendAsync(PatchRequest(ResourcePath.Object(Kind, key, subresource) + query, patch), cancellationToken);
    }

    /// <summary>Adds the finalizer if it is not there.</summary>
    /// <param name="current">The object as last read; nothing is sent when it has the finalizer.</param>
    /// <param name="finalizer">Domain-qualified, <c>pqtunnel.io/teardown</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ApiException"><see cref="ApiException.IsConflict"/>: the object has moved on, read it again.</exception>
    public Task<T> AddFinalizerAsync(T current, string finalizer, CancellationToken cancellationToken = default)
    {
        var finalizers = current.Metadata.Finalizers ?? [];
        return finalizers.Contains(finalizer)
            ? Task.FromResult(current)
            : SetFinalizersAsync(current.Metadata, [.. finalizers, finalizer], cancellationToken);
    }

    /// <summary>Removes the finalizer; an object that is being deleted goes away with its last one.</summary>
    /// <inheritdoc cref="AddFinalizerAsync"/>
    public Task<T> RemoveFinalizerAsync(T current, string finalizer, CancellationToken cancellationToken = default)
    {
        var finalizers = current.Metadata.Finalizers ?? [];
        return finalizers.Contains(finalizer)
            ? SetFinalizersAsync(current.Metadata, [.. finalizers.Where(f => f != finalizer)], cancellationToken)
            : Task.FromResult(current);
    }

    /// <returns>False if it was not there.</returns>
    public async Task<bool> DeleteAsync(NamespacedName key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new ApiRequest("delete", HttpMethod.Delete, ResourcePath.Object(Kind, key))
        {
            Body = options is null ? null : JsonSerializer.SerializeToUtf8Bytes(options, KubernetesJson.Default.DeleteOptions),
        };
        try
        {
            return await _transport.SendAsync(request, static _ => true, cancellationToken);
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    // A page that is too large for an answer is asked for again in smaller pieces: Secrets may have a megabyte each.
    private async Task<ResourceList<T>> ListPageAsync(
        string? @namespace, PageSizer pages, string? next, Func<T, T>? trim, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var page = await ListPageAsync(@namespace, pages.Options, next, cancellationToken);
                pages.Saw(page.Items.Count + page.Unreadable.Count, page.Octets);
                return Trim(page, trim);
            }
            catch (ApiProtocolException e) when (e.IsTooLarge && pages.TryShrink())
            {
                // Again.
            }
        }
    }

    private static ResourceList<T> Trim(ResourceList<T> page, Func<T, T>? trim) => trim is null ? page : page with { Items = [.. page.Items.Select(trim)] };

    private static ApiRequest PatchRequest(string path, Patch patch) =>
        new("patch", HttpMethod.Patch, path) { Body = patch.Body, ContentType = patch.ContentType };

    private Task<T> ApplyAsync(T desired, string? subresource, string fieldManager, bool force, CancellationToken cancellationToken)
    {
        string path = ResourcePath.Object(Kind, desired.Metadata.Key, subresource);
        string query = ResourcePath.Query(("fieldManager", fieldManager), ("force", force ? "true" : null));
        return SendAsync(PatchRequest(path + query, Patch.Apply(desired, Kind.Json)), cancellationToken);
    }

    // A merge patch replaces the whole list, so the resource version goes with it: another's finalizer must not be lost.
    private Task<T> SetFinalizersAsync(ObjectMeta current, string[] finalizers, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = current.ResourceVersion,
                ["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]),
            },
        };
        return PatchAsync(current.Key, Patch.Merge(patch), cancellationToken: cancellationToken);
    }

    private Task<T> SendAsync(ApiRequest request, CancellationToken cancellationToken) => _transport.SendAsync(
        request,
        body => Read(request, body, static (json, kind) =>
            JsonSerializer.Deserialize(json, kind.Json) ?? throw new JsonException("the answer is null")),
        cancellationToken);

    private TResult Read<TResult>(ApiRequest request, ReadOnlySpan<byte> body, Func<ReadOnlySpan<byte>, ResourceKind<T>, TResult> read)
    {
        try
        {
            return read(body, Kind);
        }
        catch (JsonException e)
        {
            throw new ApiProtocolException($"{request}: the answer can't be read as {Kind}: {e.Message}", e);
        }
    }
}
