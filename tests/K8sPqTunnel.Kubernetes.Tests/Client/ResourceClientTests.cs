using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Client;

public sealed class ResourceClientTests
{
    [Fact]
    public async Task A_list_follows_its_pages_to_the_end()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, "next one/?", Json.Map("a", 1), Json.Map("b", 2))).ThenJson(Json.List(9, null, Json.Map("c", 3)));
        using var client = api.Client();

        var list = await client.Of(Kinds.ConfigMap).ListAsync("ns", new ListOptions { PageSize = 2, LabelSelector = "app=x,y!=z" });

        Assert.Equal(["a", "b", "c"], list.Items.Select(i => i.Metadata.Name!));
        Assert.Equal("9", list.ResourceVersion);
        Assert.Null(list.Continue);
        var pages = api.Requests.ToArray();
        Assert.Equal(("2", "app=x,y!=z"), (pages[0].Query["limit"], pages[0].Query["labelSelector"]));
        Assert.Equal("next one/?", pages[1].Query["continue"]);
    }

    [Fact]
    public async Task A_list_whose_continue_token_expires_is_read_again_whole()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, "next", Json.Map("a", 1)))
            .ThenStatus(410, "Expired", "the continue token is too old")
            .ThenJson(Json.List(12, null, Json.Map("b", 10), Json.Map("c", 11)));
        using var client = api.Client();

        var list = await client.Of(Kinds.ConfigMap).ListAsync("ns");

        Assert.Equal(["b", "c"], list.Items.Select(i => i.Metadata.Name!));
        Assert.False(api.Requests.Last().Query.ContainsKey("limit"));
    }

    [Fact]
    public async Task An_object_that_does_not_fit_its_type_is_named_and_hides_no_other()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.List(9, null, Json.Map("a", 1), """{"metadata":{"name":"bad","namespace":"ns"},"data":[1]}""", Json.Map("c", 3)));
        using var client = api.Client();

        var list = await client.Of(Kinds.ConfigMap).ListAsync("ns");

        Assert.Equal(["a", "c"], list.Items.Select(i => i.Metadata.Name!));
        Assert.Equal(new NamespacedName("ns", "bad"), Assert.Single(list.Unreadable).Key);
    }

    [Theory]
    [InlineData("""{"items":[]}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":[{]}""")]
    public async Task An_answer_that_is_no_list_is_a_protocol_error(string body)
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(body);
        using var client = api.Client();

        await Assert.ThrowsAsync<ApiProtocolException>(() => client.Of(Kinds.ConfigMap).ListAsync("ns"));
    }

    [Fact]
    public async Task Apply_sends_JSON_under_the_YAML_name_with_its_field_manager()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.Map("a", 1)).ThenJson(Json.Map("a", 2));
        using var client = api.Client();
        var desired = new ConfigMap
        {
            Metadata = new ObjectMeta { Name = "a", Namespace = "ns" },
            Data = new Dictionary<string, string> { ["k"] = "v" },
        };

        await client.Of(Kinds.ConfigMap).ApplyAsync(desired, "us");
        await client.Of(Kinds.ConfigMap).ApplyStatusAsync(desired, "us", force: false);

        var requests = api.Requests.ToArray();
        Assert.Equal(("PATCH", "/api/v1/namespaces/ns/configmaps/a"), (requests[0].Method, requests[0].Path));
        Assert.Equal("application/apply-patch+yaml", requests[0].ContentType);
        Assert.Equal(("us", "true"), (requests[0].Query["fieldManager"], requests[0].Query["force"]));
        Assert.Equal("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"ns"},"data":{"k":"v"}}""", requests[0].Body);
        Assert.Equal("/api/v1/namespaces/ns/configmaps/a/status", requests[1].Path);
        Assert.False(requests[1].Query.ContainsKey("force"));
    }

    [Fact]
    public async Task A_finalizer_is_only_written_when_needed_and_only_onto_the_version_that_was_read()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenJson(Json.Map("a", 6));
        using var client = api.Client();
        var maps = client.Of(Kinds.ConfigMap);
        var current = new ConfigMap
        {
            Metadata = new ObjectMeta { Name = "a", Namespace = "ns", ResourceVersion = "5", Finalizers = ["other/x", "us/y"] },
        };

        Assert.Same(current, await maps.AddFinalizerAsync(current, "us/y"));
        Assert.Same(current, await maps.RemoveFinalizerAsync(current, "us/z"));
        await maps.RemoveFinalizerAsync(current, "us/y");

        var request = Assert.Single(api.Requests);
        Assert.Equal("application/merge-patch+json", request.ContentType);
        Assert.Equal("""{"metadata":{"resourceVersion":"5","finalizers":["other/x"]}}""", request.Body);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_no_error()
    {
        await using var api = await FakeApi.StartAsync();
        api.ThenStatus(404, "NotFound").ThenJson("""{"kind":"Status","status":"Success"}""");
        using var client = api.Client();
        var maps = client.Of(Kinds.ConfigMap);

        Assert.False(await maps.DeleteAsync(new NamespacedName("ns", "a")));
        Assert.True(await maps.DeleteAsync(
            new NamespacedName("ns", "a"),
            new DeleteOptions { Preconditions = new Preconditions { Uid = "u" }, PropagationPolicy = "Foreground" }));

        Assert.Equal(
            """{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Foreground"}""",
            api.Requests.Last().Body);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("%2e%2e")]
    [InlineData("")]
    public async Task A_name_can_never_lead_to_another_path(string name)
    {
        await using var api = await FakeApi.StartAsync();
        using var client = api.Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.Of(Kinds.Secret).GetAsync(new NamespacedName("ns", name)));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Of(Kinds.Secret).GetAsync(new NamespacedName(name, "a")));
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task A_token_review_asks_for_our_audience_and_never_prints_the_token()
    {
        await using var api = await FakeApi.StartAsync();
        const string review = """
            {"kind":"TokenReview","status":{"authenticated":true,"audiences":["us"],
            "user":{"username":"system:serviceaccount:ns:edge","extra":{"k":["v"]}}}}
            """;
        api.ThenJson(review, 201)
            .ThenStatus(403, "Forbidden");
        using var client = api.Client();

        var status = await client.ReviewTokenAsync("s3cret", ["us"]);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => client.ReviewTokenAsync("s3cret", ["us"]));

        Assert.Equal((true, "system:serviceaccount:ns:edge"), (status.Authenticated, status.User?.Username));
        Assert.Contains("""{"token":"s3cret","audiences":["us"]}""", api.Requests.First().Body);
        Assert.DoesNotContain("s3cret", refusal.ToString());
    }
}
