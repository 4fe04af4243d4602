using System.Collections.Concurrent;
using K8sPqTunnel.Kubernetes.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Tests;

/// <summary>An API server on loopback that answers as the test wrote it down: one answer per request, in order.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = [];

    private FakeApi(WebApplication app) => _app = app;

    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    public Uri Address => new(_app.Urls.First());

    public static async Task<FakeApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new FakeApi(app);
        app.Run(api.AnswerAsync);
        await app.StartAsync();
        return api;
    }

    public KubernetesClient Client(KubernetesClientOptions? options = null) => new(Address, new SocketsHttpHandler(), options);

    /// <summary>The next request gets this.</summary>
    public FakeApi Then(Func<HttpContext, Task> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public FakeApi ThenJson(string body, int status = 200, params (string Name, string Value)[] headers) => Then(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Response.WriteAsync(body);
    });

    public FakeApi ThenStatus(int code, string reason, string message = "no", params (string Name, string Value)[] headers) =>
        ThenJson($$"""{"kind":"Status","status":"Failure","code":{{code}},"reason":"{{reason}}","message":"{{message}}"}""", code, headers);

    /// <summary>A watch that sends the lines and then ends in good order.</summary>
    public FakeApi ThenWatch(params string[] lines) => Then(async context =>
    {
        foreach (string line in lines)
            await context.Response.WriteAsync(line + "\n");
    });

    /// <summary>A watch that sends the lines and then stays open and silent.</summary>
    public FakeApi ThenOpenWatch(params string[] lines) => Then(async context =>
    {
        foreach (string line in lines)
            await context.Response.WriteAsync(line + "\n");
        await context.Response.Body.FlushAsync();
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        Requests.Enqueue(new FakeRequest(
            context.Request.Method,
            context.Request.Path,
            context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
            context.Request.ContentType,
            await body.ReadToEndAsync()));
        if (_answers.TryDequeue(out var answer))
            await answer(context);
        else
            context.Response.StatusCode = 500;
    }
}
