using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>What must not become a tunnel does not, says why, and leaves nothing behind.</summary>
public sealed class RefusalTests(Realm realm)
{
    private const string ClassicalIke = "aes256gcm16-prfsha384-ecp384";
    private const string ClassicalChild = "aes256gcm16-ecp384";

    [Fact]
    public async Task A_required_tunnel_never_comes_up_with_a_peer_that_is_set_to_classical_key_exchange()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "classical-by-choice");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { IkeProposal = ClassicalIke, EspProposal = ClassicalChild });

        await AssertRefusedAsync(scene, peer, new TunnelFile(), "ML-KEM");
    }

    [Fact]
    public async Task A_required_tunnel_never_comes_up_with_a_peer_that_has_no_mlkem()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "classical-by-build");
        StrongSwan peer = await scene.StartPeerAsync(
            Connections.Remote with { IkeProposal = ClassicalIke, EspProposal = ClassicalChild }, realm.ClassicalStrongSwan);

        await AssertRefusedAsync(scene, peer, new TunnelFile(), "ML-KEM");
    }

    [Fact]
    public async Task A_peer_that_promises_mlkem_and_cannot_do_it_gets_no_tunnel()
    {
        // strongSwan 6.0.1 of Debian 13 takes the proposal and then answers IKE_INTERMEDIATE with INVALID_SYNTAX.
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "classical-by-surprise");
        StrongSwan peer = await scene.StartPeerAsync(root: realm.ClassicalStrongSwan);

        await AssertRefusedAsync(scene, peer, new TunnelFile(), "ML-KEM-768");
    }

    [Fact]
    public async Task A_wrong_pre_shared_key_is_named_as_the_reason()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "wrong-psk");
        StrongSwan peer = await scene.StartPeerAsync();

        await AssertRefusedAsync(scene, peer, new TunnelFile { Psk = "another key than the peer's, as long" }, "pre-shared key");
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_is_named()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "unreachable");

        await AssertRefusedAsync(scene, peer: null, new TunnelFile { PeerAddress = "203.0.113.9" }, "203.0.113.9");
    }

    [Fact]
    public async Task An_OpenSSL_without_mlkem_is_named_and_never_falls_back_to_a_classical_tunnel()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "old-openssl");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { IkeProposal = ClassicalIke, EspProposal = ClassicalChild });
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, stop);

        CommandResult ended = await scene.RunDaemonInAsync(realm.Debian12, new TunnelFile());

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("OpenSSL 3.0", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("Debian 13", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("ESTABLISHED", await peer.ListSasAsync(stop), StringComparison.Ordinal);
        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, stop));
    }

    private static async Task AssertRefusedAsync(TunnelScene scene, StrongSwan? peer, TunnelFile tunnel, string named)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, stop);

        PqTunnel daemon = await scene.StartDaemonAsync(tunnel);
        CommandResult ended = await daemon.Up.FinishAsync(stop);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(named, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(tunnel.Psk, ended.Output + ended.Errors, StringComparison.Ordinal);
        if (peer is not null)
            Assert.DoesNotContain("ESTABLISHED", await peer.ListSasAsync(stop), StringComparison.Ordinal);
        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, stop));
        Assert.Equal(0, (await scene.StopCaptureAsync()).Esp);
    }
}
