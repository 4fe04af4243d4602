using System.Text.RegularExpressions;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>strongSwan begins, our daemon answers.</summary>
public sealed partial class RespondingTests(Realm realm)
{
    private const string ClassicalIke = "aes256gcm16-prfsha384-ecp384";
    private const string ClassicalChild = "aes256gcm16-ecp384";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tunnel_that_waits_comes_up_when_strongSwan_begins()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "responding");
        StrongSwan peer = await scene.StartPeerAsync();
        PqTunnel daemon = await StartWaitingAsync(scene, new TunnelFile { StartAction = "None" });

        (await peer.InitiateAsync(Stop)).EnsureSuccess();

        TunnelStatus status = await daemon.WaitUntilReadyAsync(Limit, Stop);
        Assert.Equal("Responder", status.Ike!.Role);
        Assert.Equal(["P-384", "ML-KEM-768"], status.Ike.KeyExchanges);
        Assert.True(await scene.PingAsync(5));
        Assert.Equal(1, Established().Count(await peer.ListSasAsync(Stop)));
        Assert.Empty((await scene.StopCaptureAsync()).Clear);
    }

    [Fact]
    public async Task A_strongSwan_that_makes_its_child_SA_by_an_exchange_of_its_own_is_answered()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "responding-childless");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { Childless = true });
        PqTunnel daemon = await StartWaitingAsync(scene, new TunnelFile { StartAction = "None" });

        (await peer.InitiateAsync(Stop)).EnsureSuccess();

        TunnelStatus status = await daemon.WaitUntilReadyAsync(Limit, Stop);
        Assert.Equal("OwnKeyExchange", Assert.Single(status.Children).QuantumSafety);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task Our_child_SA_by_an_exchange_of_its_own_comes_up_with_strongSwan()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "childless");
        await scene.StartPeerAsync();

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Childless = true });

        Assert.Equal("OwnKeyExchange", Assert.Single(status.Children).QuantumSafety);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task A_fragmented_handshake_of_strongSwan_is_answered()
    {
        const string Large = "aes256gcm16-prfsha384-ecp384-ke1_mlkem1024-ke2_x25519-ke3_mlkem768";
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "responding-fragments");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { IkeProposal = Large }, options: new StrongSwanOptions { FragmentSize = 576 });
        PqTunnel daemon = await StartWaitingAsync(scene, new TunnelFile { StartAction = "None", Ike = [Large] });

        (await peer.InitiateAsync(Stop)).EnsureSuccess();

        TunnelStatus status = await daemon.WaitUntilReadyAsync(Limit, Stop);
        Assert.Equal(["P-384", "ML-KEM-1024", "X25519", "ML-KEM-768"], status.Ike!.KeyExchanges);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task A_trapped_packet_brings_the_tunnel_up()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "trap");
        StrongSwan peer = await scene.StartPeerAsync();
        PqTunnel daemon = await StartWaitingAsync(scene, new TunnelFile { StartAction = "Trap" });
        Assert.DoesNotContain("ESTABLISHED", await peer.ListSasAsync(Stop), StringComparison.Ordinal);

        Assert.False(await scene.PingAsync(1));

        TunnelStatus status = await daemon.WaitUntilReadyAsync(Limit, Stop);
        Assert.Equal("Initiator", status.Ike!.Role);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task Both_ends_that_begin_at_once_end_with_one_tunnel_that_carries_traffic()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "both-begin");
        StrongSwan peer = await scene.StartPeerAsync();
        Task initiating = peer.InitiateAsync(Stop);
        PqTunnel daemon = await scene.StartDaemonAsync();
        for (int i = 0; i < 10 && (await daemon.StatusAsync(Stop))?.Ike is null; i++)
            await peer.InitiateAsync(Stop);
        await initiating;

        await daemon.WaitUntilReadyAsync(Limit, Stop);
        string sas = "";
        await Wait.UntilAsync(
            "one IKE SA is left",
            async () => Established().Count(sas = await peer.ListSasAsync(Stop)) == 1,
            Limit,
            Stop);
        Assert.True(await scene.PingAsync(5), sas);
    }

    [Fact]
    public async Task A_required_tunnel_refuses_a_strongSwan_that_begins_classically()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "responding-classical");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { IkeProposal = ClassicalIke, EspProposal = ClassicalChild });
        PqTunnel daemon = await StartWaitingAsync(scene, new TunnelFile { StartAction = "None" });

        Assert.False((await peer.InitiateAsync(Stop)).Succeeded);

        Assert.Contains("NO_PROPOSAL_CHOSEN", peer.Log, StringComparison.Ordinal);
        TunnelStatus status = (await daemon.StatusAsync(Stop))!;
        Assert.Equal("NotQuantumSafe", status.LastError!.Reason);
        Assert.Contains("ke1_mlkem768", status.LastError.Message, StringComparison.Ordinal);
        Assert.False(daemon.Up.HasExited);
        Assert.Equal(0, (await scene.StopCaptureAsync()).Esp);
    }

    [Fact]
    public async Task A_strongSwan_with_another_key_or_another_name_is_refused_and_the_tunnel_waits_on()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "responding-refusal");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { Psk = "another key than the daemon's, as long" });
        PqTunnel daemon = await StartWaitingAsync(scene, new TunnelFile { StartAction = "None" });

        Assert.False((await peer.InitiateAsync(Stop)).Succeeded);
        Assert.Equal("AuthenticationFailed", (await daemon.StatusAsync(Stop))!.LastError!.Reason);

        await peer.LoadAsync(Connections.Remote with { LocalId = "somebody-else.example.net" }, Stop);
        Assert.False((await peer.InitiateAsync(Stop)).Succeeded);
        Assert.Equal("PeerIdentityMismatch", (await daemon.StatusAsync(Stop))!.LastError!.Reason);

        await peer.LoadAsync(Connections.Remote, Stop);
        (await peer.InitiateAsync(Stop)).EnsureSuccess();
        await daemon.WaitUntilReadyAsync(Limit, Stop);
        Assert.True(await scene.PingAsync(3));
    }

    [GeneratedRegex("ESTABLISHED", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Established();

    private static async Task<PqTunnel> StartWaitingAsync(TunnelScene scene, TunnelFile tunnel)
    {
        PqTunnel daemon = await scene.StartDaemonAsync(tunnel);
        await Wait.UntilAsync(
            "the daemon listens", async () => (await daemon.StatusAsync(Stop))?.Phase == "Listening", Limit, Stop);
        return daemon;
    }
}
