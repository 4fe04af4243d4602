using System.Net;
using System.Text;
using System.Web;

namespace K8sPqTunnel.Kubernetes.Tests.Informers;

/// <summary>An API server in memory whose objects change by a seed while its lists and watches break in every way, until it is tired of that.</summary>
internal sealed class HostileHistory(int seed) : HttpMessageHandler
{
    private const int Names = 6;
    private const int Changes = 60;
    private const int Faults = 40;

    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, (int Version, string Uid)> _objects = [];
    private readonly List<(int Version, string Uid, string Line)> _events = [];
    private int _version;
    private int _oldest;
    private int _changes;
    private int _faults;

    /// <summary>Nothing changes or breaks any more.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
                return _changes >= Changes && _faults >= Faults;
        }
    }

    /// <summary>Name and version of each object that there is.</summary>
    public IEnumerable<string> Truth()
    {
        lock (_lock)
            return [.. _objects.Select(o => $"{o.Key}{o.Value.Version}").Order()];
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        lock (_lock)
        {
            Change(_random.Next(4));
            if (Fault(6))
                return Task.FromResult(Refusal());
            return Task.FromResult(query["watch"] == "true" ? Watch(int.Parse(query["resourceVersion"]!)) : List(query["limit"], query["continue"]));
        }
    }

    // One time in so many, spread over all changes.
    private bool Fault(int oneIn)
    {
        if (_faults >= Faults * (1 + _changes) / Changes || _faults >= Faults || _random.Next(oneIn) > 0)
            return false;
        _faults++;
        return true;
    }

    private void Change(int times)
    {
        for (; times > 0 && _changes < Changes; times--, _changes++)
        {
            string name = $"m{_random.Next(Names)}";
            bool there = _objects.TryGetValue(name, out var old);
            _version += 1 + _random.Next(3);
            if (there && _random.Next(3) == 0)
            {
                _objects.Remove(name);
                Say("DELETED", name, old.Uid);
                continue;
            }

            string uid = there ? old.Uid : $"u{_version}";
            _objects[name] = (_version, uid);
            Say(there ? "MODIFIED" : "ADDED", name, uid);
        }
    }

    private void Say(string type, string name, string uid) => _events.Add((_version, uid, Json.Event(type, Map(name, _version, uid))));

    private HttpResponseMessage List(string? limit, string? next)
    {
        // A page of another time than the first would be no list: the token says which one it goes on with.
        string[] items = next is null
            ? [.. _objects.OrderBy(o => o.Key).Select(o => Map(o.Key, o.Value.Version, o.Value.Uid))]
            : Encoding.UTF8.GetString(Convert.FromHexString(next.Split('-')[1])).Split('\n');
        int version = next is null ? _version : int.Parse(next.Split('-')[0]);
        if (next is not null && Fault(4))
            return Answer(HttpStatusCode.Gone, """{"kind":"Status","code":410,"reason":"Expired"}""");

        int size = limit is null ? items.Length : Math.Min(items.Length, 2);
        string rest = size < items.Length ? $"{version}-{Convert.ToHexString(Encoding.UTF8.GetBytes(string.Join('\n', items[size..])))}" : "";
        return Answer(HttpStatusCode.OK, Json.List(version, rest, items[..size]));
    }

    private HttpResponseMessage Watch(int from)
    {
        if (from < _oldest || Fault(8))
            return Answer(HttpStatusCode.OK, Json.Expired + "\n");
        if (Fault(10))
            _oldest = _version;                                            // as a compaction does

        var text = new StringBuilder();
        foreach (var (version, uid, line) in _events.Where(e => e.Version > from))
        {
            text.Append(line).Append('\n');
            if (Fault(5))
                text.Append(line).Append('\n');                            // twice
            if (!IsEnd(line) && Fault(5))
                text.Append(_events.First(e => e.Uid == uid).Line).Append('\n');   // too late
            if (Fault(8))
                return Answer(HttpStatusCode.OK, text.Append(line.AsSpan(0, _random.Next(1, line.Length))).ToString());
            if (Fault(8))
                return Answer(HttpStatusCode.OK, text.Append(Json.Bookmark(version)).Append('\n').ToString());
        }

        return Answer(HttpStatusCode.OK, text.ToString());
    }

    private static bool IsEnd(string line) => line.Contains("DELETED", StringComparison.Ordinal);

    private HttpResponseMessage Refusal() => _random.Next(5) switch
    {
        0 => Answer(HttpStatusCode.TooManyRequests, """{"kind":"Status","code":429,"reason":"TooManyRequests","details":{"retryAfterSeconds":0}}"""),
        1 => Answer(HttpStatusCode.InternalServerError, "oops"),
        2 => Answer(HttpStatusCode.OK, "<html>"),
        3 => Answer(HttpStatusCode.Forbidden, """{"kind":"Status","code":403,"reason":"Forbidden"}"""),
        _ => throw new HttpRequestException("connection reset"),
    };

    private static HttpResponseMessage Answer(HttpStatusCode code, string body) => new(code) { Content = new StringContent(body) };

    private static string Map(string name, int version, string uid) => Json.Map(name, version).Replace($"uid-{name}", uid, StringComparison.Ordinal);
}
