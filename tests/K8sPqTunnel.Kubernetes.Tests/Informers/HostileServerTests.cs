using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.Informers;

/// <summary>What an informer makes of an API server that does not behave.</summary>
public sealed class HostileServerTests
{
    [Fact]
    public async Task A_list_that_breaks_between_its_pages_deletes_nothing_and_is_begun_anew()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1), Json.Map("b", 2)))
            .ThenWatch(Json.Expired)
            .ThenJson(Json.List(20, "page2", Json.Map("a", 1)))
            .ThenStatus(500, "InternalError")
            .ThenJson(Json.List(21, null, Json.Map("a", 1), Json.Map("b", 2)))
            .ThenOpenWatch(Json.Event("ADDED", Json.Map("c", 22)));
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "+b2", "+c22");
    }

    [Fact]
    public async Task An_event_that_comes_twice_or_too_late_changes_nothing()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenOpenWatch(
                Json.Event("MODIFIED", Json.Map("a", 11)),
                Json.Event("MODIFIED", Json.Map("a", 11)),
                Json.Event("MODIFIED", Json.Map("a", 10)),
                Json.Event("ADDED", Json.Map("a", 1)),
                Json.Event("DELETED", Json.Map("b", 3)),
                Json.Event("MODIFIED", Json.Map("a", 12)));
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "~a1>11", "~a11>12");
    }

    [Fact]
    public async Task A_late_word_of_an_objects_end_leaves_the_one_that_has_its_name_now()
    {
        await using var api = await FakeApi.StartAsync();
        string successor = Json.Map("a", 12).Replace("uid-a", "uid-new");
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenOpenWatch(Json.Event("ADDED", successor), Json.Event("DELETED", Json.Map("a", 11)), Json.Event("ADDED", Json.Map("z", 13)));
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "-a1?", "+a12", "+z13");
        Assert.Equal(["a", "z"], run.Names());
    }

    [Fact]
    public async Task An_event_that_can_never_be_read_is_gone_round_by_a_list()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenWatch("nonsense")
            .ThenWatch("nonsense")
            .ThenJson(Json.List(20, null, Json.Map("a", 15)))
            .ThenOpenWatch();
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "~a1>15");
    }

    [Theory]
    [InlineData("""{"kind":"Status","code":400,"reason":"BadRequest","message":"Invalid value: \"9\": strconv.ParseUint"}""", 400)]
    [InlineData("""{"kind":"Status","code":504,"reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":0}}""", 504)]
    public async Task A_server_that_does_not_know_our_version_as_after_a_restore_of_etcd_is_listed_anew(string status, int code)
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 8)))
            .ThenWatch(Json.Bookmark(10))
            .ThenJson(status, code)
            .ThenJson(Json.List(5, null, Json.Map("a", 2)))
            .ThenOpenWatch();
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a8", "~a8>2");
        await Eventually.True(() => api.Requests.Count == 5, "the watch goes on");
        Assert.Equal("5", api.Requests.Last().Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_for_long_is_left_alone_for_that_long()
    {
        var time = new ManualTime();
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(429, "TooManyRequests", "no", ("Retry-After", "120")).ThenJson(Json.List(9, null, Json.Map("a", 1))).ThenOpenWatch();
        await using var run = new InformerRun(api, time: time);

        await Eventually.True(() => time.Waiting == 1, "the informer waits");
        time.Advance(TimeSpan.FromSeconds(119));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Single(api.Requests);
        time.Advance(TimeSpan.FromSeconds(2));
        await run.SeesAsync("+a1");
    }

    [Fact]
    public async Task A_watch_that_ends_with_a_request_to_wait_is_not_begun_before()
    {
        var time = new ManualTime();
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenWatch(Json.Event("ERROR", """{"kind":"Status","code":429,"reason":"TooManyRequests","details":{"retryAfterSeconds":40}}"""))
            .ThenOpenWatch(Json.Event("ADDED", Json.Map("b", 10)));
        await using var run = new InformerRun(api, time: time);

        await Eventually.True(() => time.Waiting == 1, "the informer waits");
        time.Advance(TimeSpan.FromSeconds(39));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(2, api.Requests.Count);
        time.Advance(TimeSpan.FromSeconds(2));
        await run.SeesAsync("+a1", "+b10");
    }

    [Fact]
    public async Task Of_large_objects_fewer_come_on_a_page_and_a_page_that_is_too_large_is_asked_for_in_pieces()
    {
        await using var api = await FakeApi.StartAsync();
        string large = Json.Map("a", 1).Replace("\"v\":\"1\"", $"\"v\":\"{new string('x', 40_000)}\"");
        api.ThenJson(Json.List(9, "p2", large))
            .ThenJson(Json.List(9, "p3", [.. Enumerable.Range(0, 4).Select(_ => large)]))
            .ThenJson(Json.List(9, "p3", large, large))
            .ThenJson(Json.List(9, null, large));
        using var client = api.Client(new KubernetesClientOptions { MaxResponseBytes = 100_000 });

        await client.Of(Kinds.ConfigMap).ListAsync("ns", new ListOptions { PageBytes = 160_000 }, TestContext.Current.CancellationToken);

        Assert.Equal([("50", ""), ("3", "p2"), ("1", "p2"), ("3", "p3")],
            api.Requests.Select(r => (r.Query["limit"], r.Query.GetValueOrDefault("continue", ""))));
    }

    [Fact]
    public async Task What_is_trimmed_is_neither_stored_nor_told()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1))).ThenOpenWatch(Json.Event("ADDED", Json.Map("b", 10)));
        List<ConfigMap> told = [];
        await using var run = new InformerRun(api, start: false, trim: map => map with { Data = null });
        run.Informer.Subscribe(change => told.Add(change.New!));
        run.Start();

        await run.SeesAsync("+a1", "+b10");
        Assert.All([.. told, .. run.Informer.Store.List()], map => Assert.Null(map.Data));
    }
}
