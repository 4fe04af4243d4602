using System.Net;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>What the two ends have to agree on before packets pass.</summary>
public sealed class NegotiationTests(Realm realm)
{
    private const string P384 = "aes256gcm16-prfsha384-ecp384-ke1_mlkem768";
    private const string X25519 = "aes256gcm16-prfsha384-x25519-ke1_mlkem768";

    private static readonly TimeSpan HalfOpenLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_peer_that_wants_another_group_than_the_first_gets_it()
    {
        // The first KE payload is of P-384; the peer answers INVALID_KE_PAYLOAD (RFC 7296 1.2).
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "another-group");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { IkeProposal = X25519 });

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Ike = [P384, X25519] });

        Assert.Equal(["X25519", "ML-KEM-768"], status.Ike!.KeyExchanges);
        Assert.Contains("INVAL_KE", peer.Log, StringComparison.Ordinal);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task A_peer_under_load_gets_its_cookie_back()
    {
        // One half-open IKE SA is load enough for this peer. It comes from an attempt of ours whose second message does not get through.
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "cookie");
        StrongSwan peer = await scene.StartPeerAsync(options: new StrongSwanOptions { CookieThreshold = 1 });
        foreach (string rule in (string[])["add table ip lost", "add chain ip lost out { type filter hook output priority 0; }",
            "add rule ip lost out udp dport 4500 drop"])
        {
            (await scene.Network.Gateway.RunAsync(new Command("nft", rule), Stop)).EnsureSuccess();
        }

        PqTunnel lost = await scene.StartDaemonAsync();
        await Wait.UntilAsync("an IKE SA is half open", () => peer.Log.Contains("generating IKE_SA_INIT response 0 [ SA", StringComparison.Ordinal), HalfOpenLimit, Stop);
        await lost.Up.KillAsync();
        (await scene.Network.Gateway.RunAsync(new Command("nft", "delete table ip lost"), Stop)).EnsureSuccess();
        Assert.DoesNotContain("N(COOKIE)", peer.Log, StringComparison.Ordinal);

        await scene.BringUpAsync();

        // RFC 7296 2.6: the same IKE_SA_INIT once more, with the cookie before everything else.
        Assert.Contains("generating IKE_SA_INIT response 0 [ N(COOKIE) ]", peer.Log, StringComparison.Ordinal);
        Assert.Contains("parsed IKE_SA_INIT request 0 [ N(COOKIE) SA KE No", peer.Log, StringComparison.Ordinal);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task A_peer_may_narrow_the_traffic()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "narrowed");
        await scene.StartPeerAsync(Connections.Remote with { LocalNetwork = "10.20.0.0/28" });

        (_, TunnelStatus status) = await scene.BringUpAsync();

        Assert.Equal(["10.20.0.0/28"], Assert.Single(status.Children).Remote);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task A_gateway_behind_a_nat_is_noticed_and_carries_packets()
    {
        const string outside = "192.0.2.99";
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "nat");
        await scene.Network.Gateway.IpAsync($"address add {outside}/32 dev wire", Stop);
        await scene.Network.Remote.IpAsync($"route add {outside} dev wire", Stop);
        foreach (string rule in (string[])["add table ip outside", "add chain ip outside out { type nat hook postrouting priority 100; }",
            $"add rule ip outside out oifname wire udp dport {{ 500, 4500 }} snat to {outside}:20000-30000"])
        {
            (await scene.Network.Gateway.RunAsync(new Command("nft", rule), Stop)).EnsureSuccess();
        }

        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { RemoteAddress = "%any" });
        (_, TunnelStatus status) = await scene.BringUpAsync();
        bool answered = await scene.PingAsync(5);
        WireReport wire = await scene.StopCaptureAsync(IPAddress.Parse(outside));

        Assert.True(status.Ike!.NatDetected);
        Assert.Contains(outside, await peer.ListSasAsync(Stop), StringComparison.Ordinal);
        Assert.True(answered);
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.Equal(0, wire[PacketClass.Esp]);
    }
}
