using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

public sealed class VerbTests
{
    [Fact]
    public async Task The_server_tells_its_version()
    {
        await using var cluster = await RealCluster.ConnectAsync();

        Assert.Matches(@"^v1\.\d+\.", (await cluster.Client.VersionAsync()).GitVersion);
    }

    [Fact]
    public async Task A_secret_comes_back_as_it_was_created_and_is_gone_once_deleted()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var secrets = cluster.Client.Of(Kinds.Secret);

        var created = await secrets.CreateAsync(new Secret
        {
            Metadata = cluster.Meta("psk"),
            Data = new Dictionary<string, byte[]> { ["psk"] = [0, 1, 255] },
        });
        var taken = await Assert.ThrowsAsync<ApiException>(() => secrets.CreateAsync(new Secret { Metadata = cluster.Meta("psk") }));
        var read = await secrets.GetAsync(cluster.Key("psk"));

        Assert.True(taken.IsAlreadyExists);
        Assert.Equal([0, 1, 255], read.Data!["psk"]);
        Assert.Equal((created.Metadata.Uid, "Opaque"), (read.Metadata.Uid, read.Type));
        var other = await Assert.ThrowsAsync<ApiException>(() =>
            secrets.DeleteAsync(cluster.Key("psk"), new DeleteOptions { Preconditions = new Preconditions { Uid = "another" } }));
        Assert.True(other.IsConflict);
        Assert.True(await secrets.DeleteAsync(cluster.Key("psk")));
        Assert.False(await secrets.DeleteAsync(cluster.Key("psk")));
        Assert.Null(await secrets.FindAsync(cluster.Key("psk")));
    }

    [Fact]
    public async Task A_paged_list_is_complete_and_selectors_select()
    {
        await using var cluster = await RealCluster.ConnectAsync();
        var maps = cluster.Client.Of(Kinds.ConfigMap);
        for (int i = 0; i < 7; i++)
        {
            var labels = new Dictionary<string, string> { ["odd"] = (i % 2).ToString() };
            await maps.CreateAsync(new ConfigMap { Metadata = cluster.Meta($"m{i}") with { Labels = labels } });
        }

        var all = await maps.ListAsync(cluster.Namespace, new ListOptions { PageSize = 2, FieldSelector = "metadata.name!=kube-root-ca.crt" });
        var odd = await maps.ListAsync(null, new ListOptions { PageSize = 2, LabelSelector = "odd=1" });

        Assert.Equal(["m0", "m1", "m2", "m3", "m4", "m5", "m6"], all.Items.Select(m => m.Metadata.Name!));
        Assert.Equal(["m1", "m3", "m5"], odd.Items.Where(m => m.Metadata.Namespace == cluster.Namespace).Select(m => m.Metadata.Name!));
    }

    [Fact]
    public async Task A_continue_token_of_a_compacted_past_or_an_unknown_one_is_refused_in_words()
    {
        await using var cluster = await RealCluster.ConnectAsync();

        var refusal = await Assert.ThrowsAsync<ApiException>(() =>
            cluster.Client.Of(Kinds.ConfigMap).ListPageAsync(cluster.Namespace, new ListOptions { PageSize = 1 }, "nonsense"));

        Assert.Equal(400, refusal.Code);
        Assert.Contains("continue", refusal.Message);
    }

    [Fact]
    public async Task A_service_account_token_is_reviewed_and_nonsense_is_not_authenticated()
    {
        await using var cluster = await RealCluster.ConnectAsync();

        var nonsense = await cluster.Client.ReviewTokenAsync("nonsense", ["pqtunnel.io"]);

        Assert.False(nonsense.Authenticated);
        Assert.NotNull(nonsense.Error);

        string token = await ServiceAccountTokens.RequestAsync(cluster, "default", "pqtunnel.io");
        var good = await cluster.Client.ReviewTokenAsync(token, ["pqtunnel.io"]);
        var elsewhere = await cluster.Client.ReviewTokenAsync(token, ["somebody.else"]);

        Assert.True(good.Authenticated, good.Error);
        Assert.Equal($"system:serviceaccount:{cluster.Namespace}:default", good.User?.Username);
        Assert.Equal(["pqtunnel.io"], good.Audiences);
        Assert.False(elsewhere.Authenticated);
    }
}
