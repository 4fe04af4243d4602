using System.Net;
using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Client;

namespace K8sPqTunnel.Kubernetes.Tests.Leases;

/// <summary>The one Lease of a cluster, with the API server's optimistic locking; each candidate reaches it by a way of its own.</summary>
internal sealed class LeaseServer
{
    private readonly Lock _lock = new();
    private JsonObject? _lease;
    private int _version = 100;

    /// <summary>What the lease says of its holder; null without a lease.</summary>
    public string? Holder => (string?)_lease?["spec"]?["holderIdentity"];

    public int Transitions => (int)_lease!["spec"]!["leaseTransitions"]!;

    /// <summary>Requests that changed it.</summary>
    public int Writes { get; private set; }

    /// <summary>Requests that only read it.</summary>
    public int Reads { get; private set; }

    /// <summary>Somebody else writes to the lease, and leaves its holder alone.</summary>
    public void Touch()
    {
        lock (_lock)
            _lease!["metadata"]!["resourceVersion"] = $"{++_version}";
    }

    /// <summary>Somebody else deletes the lease.</summary>
    public void Delete()
    {
        lock (_lock)
            _lease = null;
    }

    /// <summary>A candidate's client.</summary>
    public KubernetesClient Connect(Way way, TimeProvider time) => new(
        new Uri("http://leases"), new Road(this, way), new KubernetesClientOptions { TimeProvider = time });

    private HttpResponseMessage Answer(HttpMethod method, JsonObject? body)
    {
        lock (_lock)
        {
            Reads += method == HttpMethod.Get ? 1 : 0;
            if (method != HttpMethod.Post && _lease is null)
                return Refuse(HttpStatusCode.NotFound, "NotFound");
            if (method == HttpMethod.Get)
                return Json(_lease!);
            if (method == HttpMethod.Post && _lease is not null)
                return Refuse(HttpStatusCode.Conflict, "AlreadyExists");
            if (method == HttpMethod.Patch && (string?)body!["metadata"]!["resourceVersion"] != (string?)_lease!["metadata"]!["resourceVersion"])
                return Refuse(HttpStatusCode.Conflict, "Conflict");

            _lease ??= new JsonObject { ["metadata"] = new JsonObject { ["name"] = "leader", ["namespace"] = "ns", ["uid"] = "u" }, ["spec"] = new JsonObject() };
            foreach (var (name, value) in body!["spec"]?.AsObject() ?? [])
                _lease["spec"]![name] = value?.DeepClone();
            _lease["metadata"]!["resourceVersion"] = $"{++_version}";
            Writes++;
            return Json(_lease);
        }
    }

    private static HttpResponseMessage Refuse(HttpStatusCode code, string reason) =>
        new(code) { Content = new StringContent($$"""{"kind":"Status","code":{{(int)code}},"reason":"{{reason}}"}""") };

    private static HttpResponseMessage Json(JsonObject item) => new(HttpStatusCode.OK) { Content = new StringContent(item.ToJsonString()) };

    /// <summary>What becomes of a candidate's requests now.</summary>
    internal sealed class Way
    {
        public bool LosesRequests { get; set; }

        public bool LosesAnswers { get; set; }
    }

    private sealed class Road(LeaseServer server, Way way) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (way.LosesRequests)
                throw new HttpRequestException("no route to host");
            JsonObject? body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
            var answer = server.Answer(request.Method, body);
            return way.LosesAnswers ? throw new HttpRequestException("connection reset") : answer;
        }
    }
}
