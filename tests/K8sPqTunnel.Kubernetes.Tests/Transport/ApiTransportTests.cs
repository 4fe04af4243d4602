using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.Transport;

public sealed class ApiTransportTests
{
    private static readonly NamespacedName Key = new("ns", "a");

    [Fact]
    public async Task A_refusal_carries_the_servers_reason_and_names_the_request()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(403, "Forbidden", "configmaps \\\"a\\\" is forbidden");
        using var client = api.Client();

        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.Of(Kinds.ConfigMap).GetAsync(Key));

        Assert.Equal((403, "Forbidden"), (refusal.Code, refusal.Reason));
        Assert.Equal(
            "GET /api/v1/namespaces/ns/configmaps/a: the API server answered 403 Forbidden: configmaps \"a\" is forbidden. Allow it in the Role or ClusterRole of this account.",
            refusal.Message);
    }

    [Fact]
    public async Task A_page_of_a_proxy_in_place_of_a_status_is_still_a_clean_refusal()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson("<html>bad gateway</html>", 502);
        using var client = api.Client();

        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.Of(Kinds.ConfigMap).GetAsync(Key));

        Assert.Equal(502, refusal.Code);
        Assert.Null(refusal.Reason);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_server_that_asks_to_wait_is_asked_again_after_that_time_with_the_same_body(int code)
    {
        var time = new ManualTime();
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(code, "TooManyRequests", "no", ("Retry-After", "7")).ThenJson(Json.Map("a", 1));
        using var client = api.Client(new KubernetesClientOptions { TimeProvider = time, RequestTimeout = TimeSpan.FromHours(1) });

        var created = client.Of(Kinds.ConfigMap).CreateAsync(new() { Metadata = new ObjectMeta { Name = "a", Namespace = "ns" } });
        await Eventually.True(() => api.Requests.Count == 1 && time.Waiting == 2, "the client waits");
        time.Advance(TimeSpan.FromSeconds(6.9));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Single(api.Requests);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("a", (await created).Metadata.Name);
        Assert.Equal(2, api.Requests.Count);
        Assert.Single(api.Requests.Select(r => r.Body).Distinct());
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_too_often_or_too_long_gets_no_more_requests()
    {
        await using var api = await FakeApi.StartAsync();
        for (int i = 0; i < 3; i++)
            api.ThenStatus(429, "TooManyRequests", "no", ("Retry-After", "0"));
        api.ThenStatus(429, "TooManyRequests", "no", ("Retry-After", "3600"));
        using var client = api.Client(new KubernetesClientOptions { MaxRetries = 2 });

        await Assert.ThrowsAsync<ApiException>(() => client.Of(Kinds.ConfigMap).GetAsync(Key));
        Assert.Equal(3, api.Requests.Count);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.Of(Kinds.ConfigMap).GetAsync(Key));
        Assert.Equal(TimeSpan.FromHours(1), refusal.RetryAfter);
        Assert.Equal(4, api.Requests.Count);
    }

    [Fact]
    public async Task A_503_without_Retry_After_is_not_repeated()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(503, "ServiceUnavailable");
        using var client = api.Client();

        await Assert.ThrowsAsync<ApiException>(() => client.Of(Kinds.ConfigMap).GetAsync(Key));

        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_the_timeout()
    {
        var time = new ManualTime();
        await using var api = await FakeApi.StartAsync();
        api.ThenOpenWatch();
        using var client = api.Client(new KubernetesClientOptions { TimeProvider = time });

        var get = client.Of(Kinds.ConfigMap).GetAsync(Key);
        await Eventually.True(() => api.Requests.Count == 1, "the request is there");
        time.Advance(TimeSpan.FromSeconds(31));

        var silence = await Assert.ThrowsAsync<ApiUnreachableException>(() => get);
        Assert.Contains("did not answer within 30 s", silence.Message);
    }

    [Fact]
    public async Task The_callers_own_cancellation_stays_a_cancellation()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenOpenWatch();
        using var client = api.Client();
        using var caller = new CancellationTokenSource();

        var get = client.Of(Kinds.ConfigMap).GetAsync(Key, caller.Token);
        await Eventually.True(() => api.Requests.Count == 1, "the request is there");
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }

    [Fact]
    public async Task A_closed_port_is_said_to_be_unreachable()
    {
        using var client = new KubernetesClient(new Uri("http://127.0.0.1:1"), new SocketsHttpHandler());

        var e = await Assert.ThrowsAsync<ApiUnreachableException>(() => client.VersionAsync());

        Assert.StartsWith("GET /version: the API server http://127.0.0.1:1/ can't be reached", e.Message);
    }

    [Fact]
    public async Task A_server_that_accepts_but_never_shakes_hands_is_unreachable_and_not_a_cancellation()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromMilliseconds(50) };
        using var client = new KubernetesClient(new Uri($"https://{mute.LocalEndpoint}"), handler);

        var e = await Assert.ThrowsAsync<ApiUnreachableException>(() => client.VersionAsync());

        Assert.Contains("accepted no connection in time", e.Message);
    }

    [Fact]
    public async Task An_answer_larger_than_the_bound_is_refused()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.Map(new string('a', 2000), 1));
        using var client = api.Client(new KubernetesClientOptions { MaxResponseBytes = 1000 });

        await Assert.ThrowsAsync<ApiProtocolException>(() => client.Of(Kinds.ConfigMap).GetAsync(Key));
    }
}
