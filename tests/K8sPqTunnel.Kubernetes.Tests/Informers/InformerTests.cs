using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.WorkQueues;

namespace K8sPqTunnel.Kubernetes.Tests.Informers;

public sealed class InformerTests
{
    [Fact]
    public async Task The_first_list_comes_as_additions_and_the_watch_goes_on_from_it()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1), Json.Map("b", 2)))
            .ThenOpenWatch(
                Json.Event("MODIFIED", Json.Map("a", 10)), Json.Event("DELETED", Json.Map("b", 11)), Json.Event("ADDED", Json.Map("c", 12)));
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "+b2", "~a1>10", "-b11", "+c12");

        Assert.True(run.Informer.HasSynced);
        Assert.Equal(["a", "c"], run.Names());
        Assert.Equal("9", api.Requests.Last().Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_dropped_watch_goes_on_from_the_last_bookmark_without_a_list()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenWatch(Json.Event("MODIFIED", Json.Map("a", 10)), Json.Bookmark(40))
            .ThenOpenWatch(Json.Event("MODIFIED", Json.Map("a", 41)));
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "~a1>10", "~a10>41");

        Assert.Equal(["9", "40"], api.Requests.Skip(1).Select(r => r.Query["resourceVersion"]));
    }

    [Fact]
    public async Task A_watch_cut_inside_an_event_loses_nothing()
    {
        await using var api = await FakeApi.StartAsync();
        string lost = Json.Event("MODIFIED", Json.Map("a", 11));
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenWatch(Json.Event("MODIFIED", Json.Map("a", 10)) + "\n" + lost[..50])
            .ThenOpenWatch(lost);
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "~a1>10", "~a10>11");

        Assert.Equal("10", api.Requests.Last().Query["resourceVersion"]);
    }

    [Fact]
    public async Task After_an_expired_version_what_vanished_unseen_is_told_as_deleted_but_only_after_the_last_page()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1), Json.Map("b", 2), Json.Map("c", 3)))
            .ThenWatch(Json.Expired)
            .ThenJson(Json.List(20, "page2", Json.Map("a", 1)))
            .ThenJson(Json.List(20, null, Json.Map("c", 15)))
            .ThenOpenWatch();
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "+b2", "+c3", "~c3>15", "-b2?");

        Assert.Equal(["a", "c"], run.Names());
        await Eventually.True(() => api.Requests.Count == 5, "the watch goes on");
        Assert.Equal("20", api.Requests.Last().Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_watch_refused_with_410_lists_again_too()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null)).ThenStatus(410, "Gone").ThenJson(Json.List(20, null, Json.Map("a", 15))).ThenOpenWatch();
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a15");
    }

    [Fact]
    public async Task An_object_deleted_and_made_anew_unseen_is_told_as_both()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenWatch(Json.Expired)
            .ThenJson(Json.List(20, null, Json.Map("a", 19).Replace("uid-a", "uid-new")))
            .ThenOpenWatch();
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "-a1?", "+a19");
    }

    [Fact]
    public async Task A_server_that_is_away_is_waited_for_however_long()
    {
        await using var api = await FakeApi.StartAsync();
        for (int i = 0; i < 12; i++)
            api.ThenStatus(500, "InternalError");
        api.ThenJson(Json.List(9, null, Json.Map("a", 1))).ThenOpenWatch();
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1");
    }

    [Fact]
    public async Task An_object_that_can_no_longer_be_read_stays_as_it_was_and_is_not_told_as_deleted()
    {
        await using var api = await FakeApi.StartAsync();
        string bad = Json.Map("a", 10).Replace("""{"v":"10"}""", "[10]");
        api.ThenJson(Json.List(9, null, Json.Map("a", 1)))
            .ThenWatch(Json.Event("MODIFIED", bad), Json.Expired)
            .ThenJson(Json.List(20, null, bad, Json.Map("b", 12)))
            .ThenOpenWatch(Json.Event("ADDED", Json.Map("c", 21)), Json.Event("DELETED", bad.Replace("\"10\"", "\"22\"")));
        await using var run = new InformerRun(api);

        await run.SeesAsync("+a1", "+b12", "+c21", "-a1?");
    }

    [Fact]
    public async Task An_index_follows_the_objects()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1), Json.Map("b", 1)))
            .ThenOpenWatch(Json.Event("MODIFIED", Json.Map("a", 10)), Json.Event("DELETED", Json.Map("b", 11)));
        await using var run = new InformerRun(api, start: false);
        var byValue = run.Informer.Store.AddIndex(map => map.Data?.Values ?? []);
        run.Start();

        await run.SeesAsync("+a1", "+b1", "~a1>10", "-b11");

        Assert.Empty(byValue.Find("1"));
        Assert.Equal("a", Assert.Single(byValue.Find("10")).Metadata.Name);
    }

    [Fact]
    public async Task Owners_old_and_new_are_queued_when_an_object_changes_hands()
    {
        await using var api = await FakeApi.StartAsync();
        static string Owned(int version, string owner) => Json.Map("a", version).Replace(
            "\"metadata\":{", $$"""
            "metadata":{"ownerReferences":[{"apiVersion":"x/v1","kind":"Owner","name":"{{owner}}","uid":"u"},{"apiVersion":"x/v1","kind":"Other","name":"not","uid":"u"}],
            """.ReplaceLineEndings(""));
        api.ThenJson(Json.List(9, null, Owned(1, "one"))).ThenOpenWatch(Json.Event("MODIFIED", Owned(10, "two")));
        await using var run = new InformerRun(api, start: false);
        using var queue = new WorkQueue<NamespacedName>(new WorkQueueOptions { Name = "owners" });
        run.Informer.FeedOwnersTo(queue, "x/v1", "Owner");
        run.Start();

        await run.SeesAsync("+a1", "~a1>10");

        HashSet<string> owners = [];
        while (queue.TryTake(out var key))
            owners.Add(key.ToString());
        Assert.Equal(["ns/one", "ns/two"], owners);
    }

    [Fact]
    public void Only_changes_of_the_spec_and_the_wish_to_delete_pass_the_filter_of_status_echoes()
    {
        static ConfigMap Map(long generation, DateTimeOffset? deleted = null) =>
            new() { Metadata = new ObjectMeta { Name = "a", Generation = generation, DeletionTimestamp = deleted } };

        Assert.False(new ResourceChange<ConfigMap>(ChangeType.Updated, Map(1), Map(1)).IsOfSpec);
        Assert.True(new ResourceChange<ConfigMap>(ChangeType.Updated, Map(1), Map(2)).IsOfSpec);
        Assert.True(new ResourceChange<ConfigMap>(ChangeType.Updated, Map(1), Map(1, DateTimeOffset.UnixEpoch)).IsOfSpec);
        Assert.True(new ResourceChange<ConfigMap>(ChangeType.Added, null, Map(1)).IsOfSpec);
    }
}
