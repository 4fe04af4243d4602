using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>What must not become a tunnel does not, and the condition says why and what to do.</summary>
public sealed class RefusalTests(ClusterRealm realm)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_Secret_is_named_and_creating_it_heals_the_tunnel()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "missing-secret");
        await scene.StartPeerAsync();
        (await scene.ApplyAsync()).EnsureSuccess();

        await scene.WaitForComplaintAsync(Manifests.SecretName);

        await scene.ApplySecretAsync();
        await scene.WaitUntilReadyAsync();
    }

    [Theory]
    [InlineData("bad-cidr", "10.20.0.0/33", TunnelSpec.HybridIke, "\"10.20.0.0/33\" is not a CIDR")]
    [InlineData("bad-keyword", "10.20.0.0/24", "aes256gcm16-prfsha384-ecp384-ke1_mlkem999", "mlkem999")]
    public async Task A_spec_that_cannot_work_is_refused_when_it_is_applied(string scene, string remote, string proposal, string words)
    {
        await using TunnelScene set = await TunnelScene.SetAsync(realm, scene);
        CommandResult refused = await set.ApplyAsync(new TunnelSpec { RemoteNetwork = remote, IkeProposal = proposal });
        Assert.False(refused.Succeeded);
        Assert.Contains(words, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spec_that_was_stored_while_nobody_could_refuse_it_is_told_in_the_condition_and_starts_nothing()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "late-refusal");
        await scene.ApplySecretAsync();
        await using (await OperatorAway.SendAsync(realm))
            (await scene.ApplyAsync(new TunnelSpec { RemoteNetwork = "10.20.0.0/33" })).EnsureSuccess();

        await scene.WaitForComplaintAsync("\"10.20.0.0/33\" is not a CIDR");

        string pods = await realm.Kubectl.RunAsync(Stop, "--namespace", scene.Name, "get", "replicasets", "--output", "name");
        Assert.Empty(pods);
    }

    [Fact]
    public async Task A_policy_refuses_tunnels_that_do_less_and_those_that_run_go_on_and_say_so()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "policy");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();
        (await realm.Kubectl.ApplyAsync(Manifests.StrongPolicy(scene.Name), Stop)).EnsureSuccess();
        try
        {
            await scene.WaitForComplaintAsync($"PostQuantumPolicy \"{Manifests.PolicyName}\" wants ML-KEM-1024");
            Assert.Equal(10, (await scene.PingAsync(10)).Received);

            CommandResult refused = await scene.ApplyAsync(new TunnelSpec(), "another");
            Assert.False(refused.Succeeded);
            Assert.Contains("ML-KEM-1024", refused.Errors, StringComparison.Ordinal);
        }
        finally
        {
            await realm.Kubectl.RunAsync(Stop, "delete", "postquantumpolicy", Manifests.PolicyName);
        }

        await scene.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task An_unknown_field_is_refused_by_kubectl()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "unknown-field");

        CommandResult applied = await scene.ApplyAsync(new TunnelSpec { UnknownField = "quantum" });

        Assert.False(applied.Succeeded);
        Assert.Contains("quantum", applied.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_pre_shared_key_is_named_as_the_reason()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "wrong-psk");
        await scene.StartPeerAsync(connection => connection with { Psk = "another key than the tunnel's, as long" });

        await AssertRefusedAsync(scene, "pre-shared key");
    }

    [Fact]
    public async Task A_required_tunnel_never_becomes_Ready_with_a_classical_peer()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "classical");
        await scene.StartPeerAsync(
            connection => connection with { IkeProposal = "aes256gcm16-prfsha384-ecp384", EspProposal = "aes256gcm16-ecp384" },
            realm.ClassicalStrongSwan);

        await AssertRefusedAsync(scene, "ML-KEM");
        Assert.DoesNotContain("ESTABLISHED", await scene.Peer.ListSasAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    // Refused also means: nothing passes, in clear least of all.
    private static async Task AssertRefusedAsync(TunnelScene scene, string words)
    {
        await scene.ApplySecretAsync();
        (await scene.ApplyAsync()).EnsureSuccess();
        await scene.WaitForComplaintAsync(words);

        Assert.Equal(0, (await scene.PingAsync(10)).Received);

        Assert.False((await scene.ViewAsync()).IsReady);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, wire.ToString());
        Assert.Equal(0, wire.Esp);
    }
}
