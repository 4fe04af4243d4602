using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>An API server in memory at the HTTP seam: list, watch, get, create, server-side apply, merge patch, delete, token reviews.</summary>
internal sealed class MemoryCluster : HttpMessageHandler
{
    private readonly MemoryObjects _objects = new();

    /// <summary>Tokens that are valid for our audience, with their user.</summary>
    public Dictionary<string, string> Tokens { get; } = [];

    /// <summary>How many tokens were asked about.</summary>
    public int Reviews { get; private set; }

    /// <summary>Nothing is answered.</summary>
    public bool IsAway { get; set; }

    /// <summary>A collection in which nothing may be created.</summary>
    public string? Sealed { get; set; }

    /// <summary>Method and path of each request that changed something.</summary>
    public IReadOnlyList<string> Writes => _objects.Writes;

    /// <summary>An object by the path of its URL, or null.</summary>
    public JsonObject? Find(string path) => _objects.Find(path);

    /// <summary>Puts an object as another writer would.</summary>
    public void Put(string path, string json) => _objects.Apply(path, JsonNode.Parse(json)!.AsObject(), subresource: null);

    public void Delete(string path) => _objects.Delete(path);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway)
            throw new HttpRequestException("the API server is away");
        string path = request.RequestUri!.AbsolutePath.Trim('/');
        JsonObject? body = request.Content is null
            ? null
            : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        if (path.EndsWith("tokenreviews", StringComparison.Ordinal))
            return Json(Review(body!));

        string? subresource = path.EndsWith("/status", StringComparison.Ordinal) ? "status" : null;
        if (subresource is not null)
            path = path[..^"/status".Length];
        if (request.Method == HttpMethod.Post)
        {
            if (path == Sealed)
                return Refuse(HttpStatusCode.Forbidden, "Forbidden");
            path = $"{path}/{body!["metadata"]!["name"]}";
            return _objects.Find(path) is null ? Json(_objects.Apply(path, body, null)) : Refuse(HttpStatusCode.Conflict, "AlreadyExists");
        }

        if (request.Method == HttpMethod.Patch)
            return Patch(path, body!, request.Content!.Headers.ContentType!.MediaType!, subresource);
        if (request.Method == HttpMethod.Delete)
            return _objects.Delete(path) ? Json(new JsonObject()) : Refuse(HttpStatusCode.NotFound, "NotFound");
        if (request.RequestUri.Query.Contains("watch=true", StringComparison.Ordinal))
            return Watch(path, request.RequestUri.Query);
        return IsCollection(path)
            ? Json(_objects.List(path))
            : _objects.Find(path) is { } found ? Json(found) : Refuse(HttpStatusCode.NotFound, "NotFound");
    }

    private HttpResponseMessage Patch(string path, JsonObject body, string contentType, string? subresource)
    {
        bool apply = contentType == "application/apply-patch+yaml";
        JsonObject? live = _objects.Find(path);
        if (live is null && (!apply || subresource is not null))
            return Refuse(HttpStatusCode.NotFound, "NotFound");
        if (body["metadata"]?["resourceVersion"] is { } version && live?["metadata"]!["resourceVersion"]!.ToString() != version.ToString())
            return Refuse(HttpStatusCode.Conflict, "Conflict");
        // The manager that no longer names an entry of a map gives it up.
        return Json(_objects.Apply(path, body, subresource, replaced: apply ? "data" : null));
    }

    private JsonObject Review(JsonObject review)
    {
        Reviews++;
        string token = review["spec"]!["token"]!.GetValue<string>();
        bool known = Tokens.TryGetValue(token, out string? user);
        review["status"] = known
            ? new JsonObject { ["authenticated"] = true, ["user"] = new JsonObject { ["username"] = user }, ["audiences"] = new JsonArray("pqtunnel.io") }
            : new JsonObject { ["authenticated"] = false };
        return review;
    }

    private HttpResponseMessage Watch(string path, string query)
    {
        int after = int.Parse(HttpUtility.ParseQueryString(query)["resourceVersion"]!);
        var content = new StreamContent(_objects.Watch(path, after));
        content.Headers.ContentType = new("application/json");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    // api/v1/PLURAL, api/v1/namespaces/NS/PLURAL, and the same under apis/GROUP/VERSION.
    private static bool IsCollection(string path)
    {
        string[] parts = path.Split('/');
        int rest = parts.Length - (parts[0] == "api" ? 2 : 3);
        return rest is 1 or 3;
    }

    private static HttpResponseMessage Json(JsonObject body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Refuse(HttpStatusCode status, string reason) =>
        Json(new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["reason"] = reason, ["message"] = reason, ["code"] = (int)status }, status);
}
