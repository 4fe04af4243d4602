using K8sPqTunnel.Lab;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>What is left when a tunnel is deleted: nothing.</summary>
public sealed class TeardownTests(ClusterRealm realm)
{
    [Fact]
    public async Task Deleting_a_tunnel_removes_what_was_made_for_it_on_the_node_and_in_the_cluster()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "deleted");
        await scene.StartPeerAsync();
        NodeSnapshot before = await NodeSnapshot.TakeAsync(realm.Node, stop);
        await scene.BringUpAsync();
        Assert.NotEqual(before, await NodeSnapshot.TakeAsync(realm.Node, stop));

        await scene.DeleteAsync();

        Assert.Equal(before.Text, (await NodeSnapshot.TakeAsync(realm.Node, stop)).Text);
        Assert.DoesNotContain("ESTABLISHED", await scene.Peer.ListSasAsync(stop), StringComparison.Ordinal);
        // The garbage collector follows the owner references in its own time.
        await Wait.UntilAsync("the tunnel's objects are gone", async () => (await realm.Kubectl.RunAsync(stop,
            "--namespace", scene.Name, "get", "replicasets,configmaps,serviceaccounts,pods",
            "--selector", "app.kubernetes.io/managed-by=pqtunnel-operator", "--output", "name")).Length == 0, TimeSpan.FromSeconds(60), stop);
        // Packets are free to go as before the tunnel.
        Assert.Equal(3, (await scene.PingAsync(3)).Received);
    }

    [Fact]
    public async Task Deleting_the_namespace_leaves_nothing_on_the_node_and_does_not_get_stuck()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "namespace-deleted");
        await scene.StartPeerAsync();
        NodeSnapshot before = await NodeSnapshot.TakeAsync(realm.Node, stop);
        await scene.BringUpAsync();

        await realm.Kubectl.RunAsync(stop, "delete", "namespace", scene.Name, "--timeout=60s");

        Assert.Equal(before.Text, (await NodeSnapshot.TakeAsync(realm.Node, stop)).Text);
    }
}
