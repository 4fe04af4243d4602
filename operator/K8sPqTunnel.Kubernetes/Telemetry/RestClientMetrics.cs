using System.Diagnostics.Metrics;
using K8sPqTunnel.Kubernetes.Transport;

namespace K8sPqTunnel.Kubernetes.Telemetry;

/// <summary>Requests to the API server under client-go's names, so that stock dashboards show them.</summary>
internal sealed class RestClientMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _duration;

    public RestClientMetrics(Meter meter)
    {
        _requests = meter.CreateCounter<long>("rest_client_requests_total", description: "Requests by status code, method and host.");
        _retries = meter.CreateCounter<long>(
            "rest_client_request_retries_total", description: "Requests sent again because the server asked for it.");
        _duration = meter.CreateHistogram<double>("rest_client_request_duration_seconds", "s", "Time until the answer began.");
    }

    public void Sent(ApiRequest request, Uri server, string code, TimeSpan elapsed)
    {
        _requests.Add(1, new("code", code), new("method", request.Method.Method), new("host", server.Authority));
        _duration.Record(elapsed.TotalSeconds, new("verb", request.Verb), new("host", server.Authority));
    }

    public void Retried(int code, Uri server) =>
        _retries.Add(1, new KeyValuePair<string, object?>("code", code), new("host", server.Authority));
}
