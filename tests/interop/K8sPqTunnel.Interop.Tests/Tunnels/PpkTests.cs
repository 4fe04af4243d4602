using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>A postquantum preshared key with a real strongSwan, which knows RFC 8784 (and nothing of RFC 9867).</summary>
public sealed class PpkTests(Realm realm)
{
    private static readonly PeerPpk Ppk = new("ppk-1", "thirty-two octets of no real key");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_ends_mix_it_in_when_we_begin()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "ppk");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { Ppk = Ppk });

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Ppk = Ppk });

        Assert.Equal("ppk-1", status.Ike!.PostquantumKey);
        Assert.Contains("using PPK for PPK_ID 'ppk-1'", peer.Log, StringComparison.Ordinal);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task Both_ends_mix_it_in_when_strongSwan_begins()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "ppk-responding");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { Ppk = Ppk });
        PqTunnel daemon = await scene.StartDaemonAsync(new TunnelFile { Ppk = Ppk, StartAction = "None" });
        await Wait.UntilAsync("the daemon listens", async () => (await daemon.StatusAsync(Stop))?.Phase == "Listening", Limit, Stop);

        (await peer.InitiateAsync(Stop)).EnsureSuccess();

        TunnelStatus status = await daemon.WaitUntilReadyAsync(Limit, Stop);
        Assert.Equal(("Responder", "ppk-1"), (status.Ike!.Role, status.Ike.PostquantumKey));
        Assert.True(await scene.PingAsync(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_optional_key_that_strongSwan_lacks_is_left_out(bool hasAnother)
    {
        // With another one it goes on by what NO_PPK_AUTH proves (RFC 8784 3).
        PeerPpk another = new("another", "somebody else's 32 octets ......", Required: false, OnlyStored: true);
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, hasAnother ? "ppk-another" : "ppk-none");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { Ppk = hasAnother ? another : null });

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Ppk = Ppk with { Required = false } });

        Assert.Null(status.Ike!.PostquantumKey);
        Assert.Equal(hasAnother, peer.Log.Contains("no PPK for 'ppk-1' found", StringComparison.Ordinal));
        Assert.True(await scene.PingAsync(3));
    }
}
